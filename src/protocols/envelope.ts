import type { Answer } from '../core/dispatcher.ts'
import type { Result } from '../core/errors.ts'

/** `{"Response": …}` with the RequestId, last unless told otherwise (spec/common.md §8). */
export function envelope(result: Result<Answer>, RequestId: string, requestIdFirst = false) {
  if (!result.ok) {
    const { code, message } = result.error
    return { Response: { Error: { Code: code, Message: message }, RequestId } }
  }
  return { Response: requestIdFirst ? { RequestId, ...result.value } : { ...result.value, RequestId } }
}
