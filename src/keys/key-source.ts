import type { MaybePromise } from '../system/maybe-promise.ts'

/** fresh: independent random keys. seeded: keys derived from a seed. */
export const keySourceNames = ['fresh', 'seeded'] as const
export type KeySourceName = (typeof keySourceNames)[number]

/** An RSA key pair as the API returns it. */
export interface RsaKeyPair {
  /**
   * PKCS#1 PEM with LF line ends, lines of 64 characters and a final newline, as in the documented example
   * (docs/behaviour.md#private-key-format).
   */
  readonly privateKey: string
  /** `ssh-rsa` and the blob in base64, without a comment. */
  readonly publicKey: string
}

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
   * Calls `use` with a key, in the order of the requests, and returns its outcome: at once when a key is ready, else as a
   * promise, which rejects when no key can be made, with `CallerGone`, or with `ShuttingDown`.
   */
  next<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome>
  /** Makes keys, even while requests are processed, and resolves once `count` keys are ready. */
  prefill(count: number): Promise<void>
  /** Stops making keys and rejects every waiting request with `ShuttingDown`. */
  close(): void
}
