import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import type { ErrorCode, Failure, Result } from '../core/errors.ts'
import type { WireRequest } from './parse/request.ts'

/** One version of the API: bytes to a call, and a result to the text of its JSON. */
export interface Protocol {
  /** The code that this version has for a fault of the server. */
  readonly internalError: ErrorCode
  /** Reads a request. A request that must be refused is a call with a `refusal`. */
  decode(request: WireRequest): Call
  /** The call that stands for bytes that could not be read as a request. */
  unreadable(refusal: Failure): Call
  /** A UUID in the letter case of this version. */
  requestId(uuid: string): string
  /** `action` is the one that was called, if there is one of this name: some have an envelope of their own. */
  encode(result: Result<Answer>, requestId: string, action: Action | undefined): string
}
