import type { ForcedFault } from '../core/call.ts'
import { type Failure, fail, isErrorCode, shorten } from '../core/errors.ts'
import type { Activity } from '../system/activity.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import { maxDelayMs, pause } from './delay.ts'

/**
 * Applies what a request forces: first the delay, in milliseconds, then the error
 * (docs/behaviour.md#forced-errors-and-delays). Returns InvalidParameter, naming the header or parameter, when its
 * value cannot be used, and undefined when the call goes on. When `closing` is aborted, the delay ends early with
 * `ShuttingDown`.
 */
export function force(
  { error, delay }: { readonly error?: ForcedFault; readonly delay?: ForcedFault },
  closing: AbortSignal,
  activity: Pick<Activity, 'enter' | 'leave'>,
): MaybePromise<Failure | undefined> {
  const refusal = refuse(error, delay)
  if (refusal) return refusal
  const failure = error && isErrorCode(error.value) ? fail(error.value) : undefined
  return delay ? pause(Number(delay.value), closing, activity).then(() => failure) : failure
}

function refuse(error: ForcedFault | undefined, delay: ForcedFault | undefined): Failure | undefined {
  if (error && !isErrorCode(error.value)) {
    const detail = `\`${error.source}\` must be a documented error code, not \`${shorten(error.value)}\`.`
    return fail('InvalidParameter', { parameter: error.source, detail })
  }
  if (delay && !(/^\d{1,6}$/.test(delay.value) && Number(delay.value) <= maxDelayMs)) {
    const detail = `\`${delay.source}\` must be a number of milliseconds from 0 to ${maxDelayMs}.`
    return fail('InvalidParameter', { parameter: delay.source, detail })
  }
  return undefined
}
