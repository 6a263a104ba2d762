import type { SignatureCause } from '../client/types.ts'

/** One request to the API, or one attempt to log in to an instance by SSH. */
export interface JournalEntry {
  /** The number of the request since the start, from 1; a reset does not restart the count. */
  readonly sequence: number
  readonly time: Date
  readonly requestId: string
  /** `GET` or `POST`; undefined when not even the request line could be read, as for `path`. */
  readonly method?: string | undefined
  readonly path?: string | undefined
  /** The version of the API in whose form the answer was, or `ssh` for a login, whose action is `SshLogin`. */
  readonly apiVersion: '2017-03-12' | '3.0' | 'ssh'
  /** The User-Agent, or the software of an SSH client. A secret in it is replaced, and a long one truncated. */
  readonly client?: string | undefined
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
  /** By their flat names, such as `KeyIds.0`. Secrets are replaced by `[redacted]`, long values truncated. */
  readonly parameters: Readonly<Record<string, string>>
  /** The result of the signature check, or `unchecked` without one. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** `Success`, an error code, for a login the reason why it was refused, or the effect of a fault that replaced the response. */
  readonly code: string
  /** The message of an error as it was answered, in which secrets are hidden; up to 4000 characters. */
  readonly message?: string | undefined
  /** The HTTP status that was sent; undefined when the connection was dropped, or the client left. */
  readonly status?: number | undefined
  readonly durationMs: number
  /** The ids of the fault rules that were applied. */
  readonly faults: readonly string[]
  /** For an action that the emulator does not have: how a rule can answer it. */
  readonly hint?: string
  /** Why the signature was refused; undefined unless it does not match, or its scope is wrong. */
  readonly diagnosis?: SignatureDiagnosis | undefined
}

/** Why a signature was refused. Secrets are replaced by `***` in both texts before they are compared. */
export interface SignatureDiagnosis {
  /** docs/clients.md lists the causes. */
  readonly cause: SignatureCause
  /** The sentence about the cause. */
  readonly mistake: string
  /**
   * What the client should have signed: the string to sign, or with TC3-HMAC-SHA256 the canonical request unless the mistake
   * is in the scope. At most 4000 characters around the first difference, with `…` where it is cut.
   */
  readonly expected: string
  /** What the client signed instead, cut alike; undefined when that is unknown, or the same. */
  readonly received?: string | undefined
  /** The index of the first character in which `expected` and `received` differ; undefined without `received`. */
  readonly firstDifference?: number | undefined
}

/** Selects entries; a field that is left out does not restrict them. */
export interface JournalQuery {
  /** The name of an account, or a SecretId that belongs to it. */
  readonly account?: string
  readonly action?: string
  /** `Success`, or an error code. */
  readonly code?: string
  /** Inclusive. */
  readonly since?: Date
  /** Exclusive. */
  readonly until?: Date
  /** Selects entries with a higher `sequence`. */
  readonly after?: number
}

/** Options of `journal.waitFor`. */
export interface WaitOptions {
  /** Number of entries to wait for; 1 by default. */
  readonly count?: number
  /** In milliseconds of real time; 5000 by default. */
  readonly timeout?: number
  /** Ends the wait early. */
  readonly signal?: AbortSignal
}
