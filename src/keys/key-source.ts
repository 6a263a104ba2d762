import type { MaybePromise } from '../system/maybe-promise.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'

/**
 * fresh: independent random keys, generated ahead of demand. seeded: keys derived from a seed. recombined: keys that share
 * primes, for load tests only.
 */
export const keySourceNames = ['fresh', 'seeded', 'recombined'] as const
export type KeySourceName = (typeof keySourceNames)[number]

/** The warning that the log, the banner and the health check show when keys are recombined. */
export const sharedPrimesNotice =
  'keys share primes, so private keys can be computed from public keys; use them for load tests only'

/** A client that may hang up while it waits for a key. */
export interface Caller {
  /** Calls `listener` when the client hangs up. Returns a function that removes the listener. */
  onGone(listener: () => void): () => void
}

/** A call of CreateKeyPair that needs a key. */
export interface KeyRequest<Outcome> {
  readonly account: string
  readonly caller: Caller
  /**
   * Decides synchronously whether the key is used. If the outcome is not ok, the key goes to the next request. For
   * 'known already' the key is discarded and this request gets the next one.
   */
  use(key: RsaKeyPair): Outcome | 'known already'
}

/** Supplies key pairs. Each key is used at most once. */
export interface KeySource {
  readonly name: KeySourceName
  /** Number of keys that are ready. */
  readonly level: number
  /**
   * Calls `use` with a key, in the order of the requests, and returns its outcome: synchronously when a key is ready, else
   * as a promise. The promise rejects when no key can be generated, with `CallerGone` when the caller hangs up, and with
   * `ShuttingDown` when the source closes.
   */
  next<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome>
  /** Generates keys, even while requests are processed, and resolves once `count` keys are ready. */
  prefill(count: number): Promise<void>
  /** Starts generating keys ahead of demand. */
  fill(): void
  /** Stops generating keys and rejects every waiting request with `ShuttingDown`. A promise resolves when its threads ended. */
  close(): MaybePromise<void>
}
