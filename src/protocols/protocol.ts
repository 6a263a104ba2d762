import type { ApiCall } from '../core/api-call.js'
import type { Answer } from '../core/dispatcher.js'
import type { Result } from '../core/errors.js'

/** A request as it came over the wire: nothing decoded, since signatures cover the bytes. */
export interface WireRequest {
  readonly method: string
  /** What follows `?` in the request target, one character a byte. */
  readonly query: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Pure functions around the dispatcher: bytes to a call, a result to bytes. */
export interface Protocol {
  /** The path at which it is spoken. */
  readonly path: string
  decode(request: WireRequest): Result<ApiCall>
  /** A UUID in the letter case of this protocol. */
  requestId(uuid: string): string
  encode(result: Result<Answer>, requestId: string): Buffer
}
