/** Within what a key pair's name is unique and its number limited. */
export const nameScopes = ['project', 'account'] as const
export type NameScope = (typeof nameScopes)[number]

/** Nothing was measured with more than a million. */
export const maxKeyPairs = 1_000_000

/** A tag of a key pair. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** A stored key pair. The private key is no part of it: it is never stored. */
export interface KeyPair {
  readonly keyId: string
  readonly keyName: string
  readonly projectId: number
  readonly description: string
  /** One OpenSSH line, comment included. */
  readonly publicKey: string
  readonly createdTime: Date
  /** A custom image was made with it, so that it cannot be deleted. */
  readonly usedByImage: boolean
  /** The instances that it is bound to, in ascending order. */
  readonly associatedInstanceIds: readonly string[]
  readonly tags: readonly Tag[]
  /** Rises from each key pair that is stored to the next. */
  readonly sequence: number
}

/** A key pair to be stored. */
export interface NewKeyPair {
  /** An id for the account's key pair of this number; asked again, `attempt` by `attempt`, when one is taken. */
  newKeyId(number: number, attempt: number): string
  readonly keyName: string
  readonly projectId: number
  /** `ssh-rsa` and the base64 blob; the comment is the store's to give. */
  readonly publicKey: string
  readonly createdTime: Date
  /** Whether the key is one of ours, which `createCount` counts. */
  readonly generated?: boolean
  /** The number in its comment; the account's next one when not given. */
  readonly comment?: number
  readonly description?: string
  readonly usedByImage?: boolean
  /** No two of one key. */
  readonly tags?: readonly Tag[]
}

/** A tag of one of these keys, of any when not given, with one of these values. */
export interface TagCondition {
  readonly keys?: readonly string[]
  readonly values?: readonly string[]
}

/** Which key pairs are asked for; what is left out does not restrict. */
export interface KeyPairQuery {
  readonly keyIds?: readonly string[]
  readonly keyNames?: readonly string[]
  readonly projectIds?: readonly number[]
  /** A key pair must meet each. */
  readonly tags?: readonly TagCondition[]
}

export interface Page {
  readonly offset: number
  readonly limit: number
}

export interface KeyPairs {
  /** How many count against the limit of this project. */
  count(projectId: number): number
  hasName(projectId: number, keyName: string): boolean
  find(keyId: string): KeyPair | undefined
  /** A page of those that match, newest first, and how many match in all. */
  list(query: KeyPairQuery, page: Page): { readonly total: number; readonly page: readonly KeyPair[] }
  /** Stores it, or says what is taken: the unique indexes have the last word. */
  insert(keyPair: NewKeyPair): KeyPair | 'name taken' | 'key taken'
  /** False when the new name is taken. */
  update(keyId: string, change: { readonly keyName?: string; readonly description?: string }): boolean
  /** Whether there was such a key pair. */
  delete(keyId: string): boolean
}

/** A project of an account. */
export interface Project {
  readonly projectId: number
  readonly projectName: string
  readonly projectInfo: string
  readonly createdTime: Date
}

export interface Projects {
  /** In ascending order of their ids. */
  list(): Project[]
  has(projectId: number): boolean
  /** False when it exists already. */
  add(project: Project): boolean
}

/** A cloud server, as far as binding key pairs needs one. */
export interface Instance {
  readonly instanceId: string
  readonly instanceName: string
  readonly instanceState: string
  readonly osName: string
  readonly projectId: number
  readonly region: string
  readonly zone: string
  readonly createdTime: Date
  readonly latestOperation: string
  /** Until when the latest operation is under way. */
  readonly operationEnds: Date
  /** The key pairs bound to it, in the order in which they were given. */
  readonly keyIds: readonly string[]
}

/** The states that a cloud server can be in. */
export const instanceStates = [
  'PENDING',
  'LAUNCH_FAILED',
  'RUNNING',
  'STOPPED',
  'STARTING',
  'STOPPING',
  'REBOOTING',
  'SHUTDOWN',
  'TERMINATING',
] as const

/** What an instance shows as its latest operation before anything was done to it. */
export const firstOperation = 'RunInstances'

export interface Instances {
  find(instanceId: string): Instance | undefined
  /** Newest first; `region` undefined means any. */
  list(region: string | undefined): Instance[]
  /** False when the id is taken. */
  add(instance: Omit<Instance, 'keyIds'>): boolean
  /** Whether there was such an instance. */
  delete(instanceId: string): boolean
  /** Sets what is bound and what operation did it. */
  bind(instanceId: string, keyIds: readonly string[], operation: string, ends: Date): void
}

/** What one account sees. Every method is scoped already, so that nothing can leak from one account to another. */
export interface Namespace {
  readonly account: string
  readonly nameScope: NameScope
  /** How many key pairs a project, or under `nameScope` account the account, may hold. */
  readonly keyPairLimit: number
  readonly keyPairs: KeyPairs
  readonly projects: Projects
  readonly instances: Instances
  /** Runs `work` as one transaction: wholly, or after a throw not at all. */
  transaction<T>(work: () => T): T
}

/** Everything that the emulator keeps. */
export interface Store {
  namespace(account: string): Namespace
  /** The projects that every account has, present and to come. */
  readonly commonProjects: Projects
  /**
   * How many keys of ours were used, each by a create that succeeded: those of one account since its last reset, or
   * those of all accounts since the last reset of all.
   */
  createCount(account?: string): number
  /** How many key pairs a project, or under `nameScope` account the account, may hold: for an account, or for all. */
  keyPairLimit(account?: string): number
  /** Sets it at run time; undefined goes back to that of the starting state. */
  setKeyPairLimit(limit: number | undefined, account?: string): void
  /** Back to the starting state: everything, or one account; or, without fixtures, to one that has nothing of them. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** What each account has that has anything. */
  snapshot(): Snapshot[]
  /** The document that was loaded, if one was. */
  loadedDocument(): string | undefined
  /**
   * Puts what a document says in place of everything, wholly or not at all: it is the starting state from now on, until
   * all is reset. The accounts that are named get theirs at once.
   */
  load(document: string, accounts: readonly string[]): void
  close(): void
}

/** What one account has. */
export interface Snapshot {
  readonly account: string
  readonly projects: readonly Project[]
  readonly keyPairLimit: number
  /** Oldest first, as are the instances. */
  readonly keyPairs: readonly KeyPair[]
  readonly instances: readonly Instance[]
  readonly lastComment: number
  readonly creates: number
}

/** A key pair that an account starts with. */
export interface StartingKeyPair extends Omit<NewKeyPair, 'newKeyId' | 'createdTime'> {
  /** Drawn when not given. */
  readonly keyId?: string
  /** The time of the first use of the account when not given. */
  readonly createdTime?: Date
}

/** With what an account starts. */
export interface AccountStart {
  /** How many creates of all accounts have succeeded before. */
  readonly creates?: number
  /** How far its numbers have come. */
  readonly numbers?: { readonly lastComment?: number; readonly creates?: number }
  readonly projects: readonly Project[]
  readonly keyPairLimit: number
  readonly keyPairs: readonly StartingKeyPair[]
  readonly instances: readonly Instance[]
}

/** The starting state of one account, or, without a name, of an account that nothing special is said of. */
export type StartingState = (account?: string) => AccountStart
