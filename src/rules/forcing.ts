import type { Call } from '../core/call.ts'
import { fail, isErrorCode, ok, type Result, shorten } from '../core/errors.ts'
import { maxDelayMs } from './delay.ts'
import type { FaultMatch } from './rules.ts'

/**
 * Returns the delay and the effect that a request forces for itself (docs/behaviour.md#forced-errors-and-delays), or
 * InvalidParameter, naming the header or parameter, when its value is invalid.
 */
export function forcedMatch({ forced: { error, delay } }: Call): Result<Omit<FaultMatch, 'rules'>> {
  if (error && !isErrorCode(error.value)) {
    const detail = `\`${error.source}\` must be a documented error code, not \`${shorten(error.value)}\`.`
    return fail('InvalidParameter', { parameter: error.source, detail })
  }
  if (delay && !(/^\d{1,6}$/.test(delay.value) && Number(delay.value) <= maxDelayMs)) {
    const detail = `\`${delay.source}\` must be an integer of milliseconds from 0 to ${maxDelayMs}.`
    return fail('InvalidParameter', { parameter: delay.source, detail })
  }
  const code = error && isErrorCode(error.value) ? error.value : undefined
  return ok({ delay: Number(delay?.value ?? 0), effect: code && { kind: 'error', code } })
}
