/** Within what a key pair's name is unique and its number limited. */
export const nameScopes = ['project', 'account'] as const
export type NameScope = (typeof nameScopes)[number]

/** A stored key pair. The private key is no part of it: it is never stored. */
export interface KeyPair {
  readonly keyId: string
  readonly keyName: string
  readonly projectId: number
  readonly description: string
  /** One OpenSSH line, comment included. */
  readonly publicKey: string
  readonly createdTime: Date
}

/** A key pair to be stored. `newKeyId` is called again when an id is taken. */
export interface NewKeyPair extends Omit<KeyPair, 'keyId'> {
  newKeyId(): string
}

/** What one account sees. Every method is scoped already, so that nothing can leak from one account to another. */
export interface Namespace {
  readonly account: string
  readonly nameScope: NameScope
  /** How many key pairs a project, or under `nameScope` account the account, may hold. */
  readonly keyPairLimit: number
  /** Runs `work` as one transaction: wholly, or after a throw not at all. */
  transaction<T>(work: () => T): T
  /** The projects that exist, in ascending order. */
  projectIds(): number[]
  /** How many key pairs count against the limit of this project. */
  countKeyPairs(projectId: number): number
  hasKeyPairNamed(projectId: number, keyName: string): boolean
  /** Stores it, or returns undefined when the name is taken in its scope: the unique index has the last word. */
  insertKeyPair(keyPair: NewKeyPair): KeyPair | undefined
  /** Whether there was such a key pair. */
  deleteKeyPair(keyId: string): boolean
  /** The number for the next public key's comment; rises by one in every account. */
  nextCommentNumber(): number
}

/** Everything that the emulator keeps. */
export interface Store {
  namespace(account: string): Namespace
  /** Adds a project to one account, or to every account, present and to come; false when it exists already. */
  addProject(projectId: number, account?: string): boolean
  /** The projects of one account, or those that every account has, in ascending order. */
  projectIds(account?: string): number[]
  /** Back to the starting state. */
  reset(): void
  close(): void
}

/** With what an account starts. */
export interface AccountStart {
  readonly projectIds: readonly number[]
  readonly keyPairLimit: number
}

/** The starting state of one account, or, without a name, of an account that nothing special is said of. */
export type StartingState = (account?: string) => AccountStart
