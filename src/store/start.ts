import type { Instance, NewKeyPair, Project } from './store.ts'

/** A key pair that an account starts with. */
export interface StartingKeyPair extends Omit<NewKeyPair, 'newKeyId' | 'createdTime'> {
  /** Generated if it is not given. */
  readonly keyId?: string
  /** By default the time of the first use of the account. */
  readonly createdTime?: Date
}

/** The data that an account starts with. */
export interface AccountStart {
  /** The number of creates that have succeeded in all accounts. */
  readonly creates: number | undefined
  /** The counters of the account; only an exported account has them. */
  readonly numbers: { readonly lastComment: number | undefined; readonly creates: number | undefined } | undefined
  readonly projects: readonly Project[]
  readonly keyPairLimit: number
  readonly keyPairs: readonly StartingKeyPair[]
  readonly instances: readonly Instance[]
}

/** Returns what an account starts with; without an account, what every account starts with by default. */
export type StartingState = (account?: string) => AccountStart
