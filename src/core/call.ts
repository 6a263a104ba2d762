import type { ApiVersion } from './api-version.ts'
import type { Failure } from './errors.ts'
import type { Entry, ParamTree } from './params.ts'

/**
 * One request to the API. A protocol builds it once, from as much of the request as can be read; rules, dispatcher, log
 * and journal read it.
 */
export interface Call {
  readonly apiVersion: ApiVersion
  /** The account that its SecretId belongs to; undefined when the request does not tell. */
  readonly account: string | undefined
  /** The action as it was sent. */
  readonly action: string | undefined
  readonly version: string | undefined
  readonly region: string | undefined
  /** The parameters that may be executed: where a signature was checked, those that it covers. */
  readonly params: ParamTree
  /** Everything that was sent, for the journal. */
  readonly sent: readonly Entry[]
  /** Where the parameters were looked for, for a message about a missing one. */
  readonly paramSource: string
  /** Where the common parameters were looked for: 3.0 has them in headers. */
  readonly commonSource: string
  readonly forced: { readonly error?: ForcedFault; readonly delay?: ForcedFault }
  /** The result of checking the signature; `unchecked` when none had to be checked. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** Why the call is refused before an action is looked for. */
  readonly refusal?: Failure
  /** What the log says about a refused signature; it is never part of an answer. */
  readonly diagnosis?: Diagnosis
}

/** What a request forces for its own answer, and the header or parameter that says so. */
export interface ForcedFault {
  readonly source: string
  readonly value: string
}

export interface Diagnosis {
  /** The string to sign that the server computed, with secrets hidden. */
  readonly stringToSign: string
  /** The canonical request, which TC3-HMAC-SHA256 hashes into the string to sign. */
  readonly canonicalRequest?: string
  /** The mistake that reproduces the signature that was sent. */
  readonly mistake: string
}
