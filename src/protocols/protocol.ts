import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import type { ErrorCode, Failure, Result } from '../core/errors.ts'
import type { WireRequest } from './parse/request.ts'

/** The wire format of one version of the API: it reads calls and writes answers. */
export interface Protocol {
  /** The code of an internal error in this version (docs/behaviour.md#internal-errors). */
  readonly internalError: ErrorCode
  /** Reads a request. When it must be refused, the call has a `refusal`. */
  decode(request: WireRequest): Call
  /** Returns a call for a request that could not be read. */
  unreadable(refusal: Failure): Call
  /** Converts a UUID to the letter case of this version. */
  requestId(uuid: string): string
  /** Returns the JSON of an answer. `action` is the called action, if it is known: some have their own envelope. */
  encode(result: Result<Answer>, requestId: string, action: Action | undefined): string
}
