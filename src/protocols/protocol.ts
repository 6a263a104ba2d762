import type { Action } from '../core/action.ts'
import type { ApiVersion } from '../core/api-version.ts'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import type { ErrorCode, Result } from '../core/errors.ts'
import type { Diagnosis } from './auth/hmac-diagnosis.ts'
import type { Entry } from './parse/form.ts'
import type { WireRequest } from './parse/request.ts'

/** A request as far as it could be read: a whole call, or why not, and what is known of it all the same. */
export interface Decoded {
  readonly apiVersion: ApiVersion
  readonly result: Result<Call>
  readonly action?: string | undefined
  readonly account?: string
  /** What was sent, as far as it could be read, and what checking the signature brought. */
  readonly sent?: readonly Entry[]
  readonly signature?: 'valid' | 'refused' | 'unchecked'
  readonly region?: string | undefined
  /** What the log, and never the answer, says of a refused signature. */
  readonly diagnosis?: Diagnosis
}

/** Functions around the dispatcher: bytes to a call, a result to the text of its JSON. */
export interface Protocol {
  readonly apiVersion: ApiVersion
  /** What a mistake of ours is called. */
  readonly internalError: ErrorCode
  decode(request: WireRequest): Decoded
  /** A UUID in the letter case of this protocol. */
  requestId(uuid: string): string
  /** `action` is the one that was called, if there is such a one: some have an envelope of their own. */
  encode(result: Result<Answer>, requestId: string, action: Action | undefined): string
}
