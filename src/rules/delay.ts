import { setTimeout as wait } from 'node:timers/promises'
import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'

/** The longest delay that a rule or a request may ask for: ten minutes. */
export const maxDelayMs = 600_000

/**
 * Waits, or rejects with `ShuttingDown` when `signal` aborts. A waiting request does not count as active, so that keys
 * can be generated meanwhile.
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
