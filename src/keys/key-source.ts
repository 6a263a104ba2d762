import type { MaybePromise } from '../system/maybe-promise.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/**
 * fresh: random keys, made ahead of demand. seeded: keys that follow from a seed. recombined: for load tests, keys that
 * share their primes.
 */
export const keySourceNames = ['fresh', 'seeded', 'recombined'] as const
export type KeySourceName = (typeof keySourceNames)[number]

/** What everybody is told where keys are recombined. */
export const sharedPrimesNotice = 'keys share primes, so that each can be computed from others: for load tests only'

/** Somebody who may hang up while waiting. */
export interface Caller {
  /** Calls `listener` when that happens, until what it answers is called. */
  onGone(listener: () => void): () => void
}

/** A create that wants a key. */
export interface KeyRequest<Outcome> {
  readonly account: string
  readonly caller: Caller
  /**
   * Decides, at once and for good, whether the key is used: where the outcome is not ok it goes to whoever is next. A
   * key that is known already is used up, and the caller is the first to get another.
   */
  use(key: RsaKeyPair): Outcome | 'known already'
}

/** Where key pairs come from. A key is handed out once, ever. */
export interface KeySource {
  readonly name: KeySourceName
  /** How many keys could be had at once. */
  readonly level: number
  /**
   * Calls `use` as soon as there is a key and it is this caller's turn, first come first served, and answers what it
   * answered, at once where there is a key already. Rejects when no key can be made, with `CallerGone`, or with `ShuttingDown`.
   */
  next<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome>
  /** Makes keys, whatever else goes on, until so many could be had at once. */
  prefill(count: number): Promise<void>
  /** Starts making keys ahead of demand. */
  fill(): void
  /** Ends the making of keys and rejects everyone who waits with `ShuttingDown`. */
  close(): void
}
