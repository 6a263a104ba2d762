import type { Wish } from '../core/call.ts'
import { type Failure, fail, isErrorCode, shorten } from '../core/errors.ts'
import type { Activity } from '../system/activity.ts'
import type { Soon } from '../system/maybe-promise.ts'
import { longestDelay, pause } from './delay.ts'

/**
 * Applies what a request forces: first the delay, in milliseconds, then the error
 * (docs/behaviour.md#forced-errors-and-delays). Returns InvalidParameter, naming the header or parameter, when its
 * value cannot be used, and undefined when the call goes on. When `closing` is aborted, the delay ends early with
 * `ShuttingDown`.
 */
export function force(
  { error, delay }: { readonly error?: Wish; readonly delay?: Wish },
  closing: AbortSignal,
  activity: Pick<Activity, 'enter' | 'leave'>,
): Soon<Failure | undefined> {
  const refusal = refuse(error, delay)
  if (refusal) return refusal
  const failure = error && isErrorCode(error.value) ? fail(error.value) : undefined
  return delay ? pause(Number(delay.value), closing, activity).then(() => failure) : failure
}

function refuse(error: Wish | undefined, delay: Wish | undefined): Failure | undefined {
  if (error && !isErrorCode(error.value)) {
    const detail = `\`${error.source}\` must be a documented error code, not \`${shorten(error.value)}\`.`
    return fail('InvalidParameter', { parameter: error.source, detail })
  }
  if (delay && !(/^\d{1,6}$/.test(delay.value) && Number(delay.value) <= longestDelay)) {
    const detail = `\`${delay.source}\` must be a number of milliseconds from 0 to ${longestDelay}.`
    return fail('InvalidParameter', { parameter: delay.source, detail })
  }
  return undefined
}
