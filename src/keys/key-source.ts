import type { RsaKeyPair } from './rsa.js'

/** Where key pairs come from. A key is handed out once, ever. */
export interface KeySource {
  /** How many keys are made ahead at the moment. */
  readonly level: number
  /** The next key, first come first served; rejects when none can be made or the source is closed. */
  next(): Promise<RsaKeyPair>
  /** Takes back a key whose create was refused, so that nobody has seen it. */
  giveBack(key: RsaKeyPair): void
  /** Starts making keys ahead of demand. */
  fill(): void
  /** Ends the making of keys and rejects everyone who waits with `ShuttingDown`. */
  close(): void
}
