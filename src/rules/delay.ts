import { setTimeout as wait } from 'node:timers/promises'
import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'

/** How long anything may be asked to wait, in milliseconds: ten minutes. */
export const maxDelayMs = 600_000

/**
 * Waits, or ends with `ShuttingDown` when `signal` does. Whoever waits needs nothing of the machine meanwhile, and is
 * not served.
 */
export async function pause(milliseconds: number, signal: AbortSignal, activity: Pick<Activity, 'enter' | 'leave'>) {
  activity.leave()
  try {
    await wait(milliseconds, undefined, { signal })
  } catch {
    throw new ShuttingDown()
  } finally {
    activity.enter()
  }
}
