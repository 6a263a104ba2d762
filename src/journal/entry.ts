/** One request to the API. */
export interface JournalEntry {
  /** The number of the request since the start, from 1; a reset does not restart the count. */
  readonly sequence: number
  readonly time: Date
  readonly requestId: string
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
  /** By their flat names, such as `KeyIds.0`. Secrets are replaced by `[redacted]`, long values truncated. */
  readonly parameters: Readonly<Record<string, string>>
  /** The result of the signature check, or `unchecked` without one. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** `Success`, an error code, or the effect of a fault that replaced the response. */
  readonly code: string
  readonly durationMs: number
  /** The ids of the fault rules that were applied. */
  readonly faults: readonly string[]
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
