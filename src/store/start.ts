import type { Instance, NewKeyPair, Project } from './records.ts'

/** A key pair that an account starts with. */
export interface StartingKeyPair extends Omit<NewKeyPair, 'newKeyId' | 'createdTime'> {
  /** Generated if it is not given. */
  readonly keyId?: string
  /** By default the time of the first use of the account. */
  readonly createdTime?: Date
}

/** Counters of an account. */
export interface StartingNumbers {
  readonly lastComment: number | undefined
  readonly creates: number | undefined
}

/** The data that an account starts with. */
export interface AccountStart {
  /** The number of creates that have succeeded in all accounts. */
  readonly creates: number | undefined
  readonly projects: readonly Project[]
  readonly keyPairLimit: number
  // What follows is read when it is needed, since there may be very many
  /** The counters of the account; only an exported account has them. */
  numbers(): StartingNumbers | undefined
  keyPairs(): readonly StartingKeyPair[]
  instances(): readonly Instance[]
}

/** Returns what an account starts with; without an account, what every account starts with by default. */
export type StartingState = (account?: string) => AccountStart

/** A document that describes a starting state. Its members are read when they are needed. */
export interface StartDocument {
  /** A member of an account, or of the document itself. */
  member(name: string, account?: string): unknown
  /** The items of a member that is a list, in pages of at most 100, each read when it is asked for. */
  pages(name: string, account?: string): Iterable<readonly unknown[]> | undefined
  /** All members of an account, unless there are many parts of them. */
  fewMembers(account: string): object | undefined
  /** Whether it has members for this account. */
  has(account: string): boolean
  /** At most `limit` of the accounts for which it has members, those after `after` in the order of the database. */
  names(after: string, limit: number): string[]
}

/** A part of a document that is being loaded. */
export type DocumentPart =
  /** A member of the document, or of an account, or some of the items of one that is a list. */
  | { readonly member: string; readonly account?: string; readonly value: unknown }
  /** What an account that was in use has of its own: it is stored as its data, too. Its numbers come last. */
  | {
      readonly account: string
      readonly keyPairs?: readonly StartingKeyPair[]
      readonly instances?: readonly Instance[]
      readonly numbers?: StartingNumbers
    }
