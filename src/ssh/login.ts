/** What a client offers to log in. */
export interface Offer {
  readonly user: string
  /** The public key; undefined for any other method than a key. */
  readonly key: { readonly type: string; readonly blob: Buffer } | undefined
  /** The name and version of the client's software. */
  readonly client: string
}

/** Why a login is refused: a stable code, and a sentence. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** One attempt to log in. */
export interface Login {
  /** How long to wait before it is answered, in milliseconds. */
  readonly delayMs: number
  /** Whether the connection is closed: `before` the answer, or in the `middle` of the first output. */
  readonly drop: 'before' | 'middle' | undefined
  /** Why it is refused at this moment; undefined lets it in. */
  refusal(): Refusal | undefined
  /** Records how it ended. `isValid` is the result of the signature check, if there was one. */
  end(refusal: Refusal | undefined, isValid?: boolean): void
  /** What a command sees after the login. */
  readonly machine: Machine
}

/** The emulated instance, as far as commands show it. */
export interface Machine {
  readonly hostName: string
  readonly user: string
  /** The lines of `~/.ssh/authorized_keys` at this moment. */
  authorizedKeys(): readonly string[]
}

/** Begins an attempt: finds the instance, and lets rules match. */
export type BeginLogin = (offer: Offer) => Login
