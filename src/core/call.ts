import type { Failure } from './errors.ts'
import type { Entry, ParamTree } from './params.ts'
import type { ApiVersion } from './schema.ts'
import type { SignatureCause } from './signature-causes.ts'

/**
 * One request to the API. A protocol builds it once, as far as the request can be read. Rules, dispatcher, log and
 * journal use it.
 */
export interface Call {
  readonly apiVersion: ApiVersion
  /** The account of the SecretId; undefined when it could not be determined. */
  readonly account: string | undefined
  /** The SecretId of a call that was not refused for it. */
  readonly secretId?: string | undefined
  /** The action as it was sent. */
  readonly action: string | undefined
  readonly version: string | undefined
  /** The product that the Host names, or the scope of the signature, such as `sts`. */
  readonly service?: string | undefined
  readonly region: string | undefined
  /** What the Region is called where it was sent: `Region`, or the name of the header. */
  readonly regionName: string
  readonly language: Language
  /** The parameters to execute. */
  readonly params: ParamTree
  /** All parameters that were sent, for the journal. */
  readonly sent: readonly Entry[]
  /** Where the parameters were read from, for the error about a missing one. */
  readonly paramSource: string
  /** Where the common parameters were read from: in 3.0 they may be headers. */
  readonly commonSource: string
  readonly forced: { readonly error?: ForcedFault; readonly delay?: ForcedFault }
  /** The result of the signature check; `unchecked` when no check was required. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** The error of a call that is refused before its action is resolved. */
  readonly refusal?: Failure
  /** Logged and recorded when a signature is refused. It is never part of an answer. */
  readonly diagnosis?: Diagnosis
}

/** The languages of names in answers. */
export type Language = 'en' | 'zh'

/** A forced error code or delay, and the header or parameter that requested it. */
export interface ForcedFault {
  readonly source: string
  readonly value: string
}

/** Why a signature was refused. Secrets are hidden in all texts. */
export interface Diagnosis {
  /** The likely cause: the client mistake that reproduces the signature. */
  readonly cause: SignatureCause
  /** The sentence about the cause. */
  readonly mistake: string
  /** The expected string to sign, for the log. */
  readonly stringToSign: string
  /** The canonical request, which TC3-HMAC-SHA256 hashes into the string to sign, for the log. */
  readonly canonicalRequest?: string
  /** What the client should have signed: the text in which its mistake can be seen. */
  readonly expected: string
  /** What the client signed instead; undefined when that cannot be told. */
  readonly received?: string
}
