/** The scope in which the names of key pairs are unique and to which their limit applies. */
export const nameScopes = ['project', 'account'] as const
export type NameScope = (typeof nameScopes)[number]

/** The highest limit that can be set. Performance was not measured with more key pairs. */
export const maxKeyPairs = 1_000_000

/** A tag of a key pair. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** A stored key pair. The private key is never stored. */
export interface KeyPair {
  readonly keyId: string
  readonly keyName: string
  readonly projectId: number
  readonly description: string
  /** One OpenSSH line, comment included. */
  readonly publicKey: string
  readonly createdTime: Date
  /** Whether a custom image uses it, which forbids deleting it. */
  readonly usedByImage: boolean
  /** The ids of the instances that it is bound to, in ascending order. */
  readonly associatedInstanceIds: readonly string[]
  readonly tags: readonly Tag[]
  /** Increases with each key pair that is stored. */
  readonly sequence: number
}

/** A key pair to be stored. No two of its tags have the same key. */
export interface NewKeyPair
  extends Pick<KeyPair, 'keyName' | 'projectId' | 'createdTime'>,
    Partial<Pick<KeyPair, 'description' | 'usedByImage' | 'tags'>> {
  /** An id for the account's key pair with this number. When it is taken, it is called again with the next `attempt`. */
  newKeyId(number: number, attempt: number): string
  /** `ssh-rsa` and the base64 blob; the store adds the comment. */
  readonly publicKey: string
  /** Whether the emulator generated the key, which `createCount` counts. */
  readonly generated?: boolean
  /** The number in its comment; by default the next number of the account. */
  readonly comment?: number
}

/** Matches a tag with one of these keys and one of these values; without keys or values, any of them match. */
export interface TagCondition {
  readonly keys?: readonly string[]
  readonly values?: readonly string[]
}

/** Selects the key pairs that match every given condition. */
export interface KeyPairQuery {
  readonly keyIds?: readonly string[]
  /** Each of these filters must match: the name must contain one of its texts, in their case. */
  readonly keyNames?: readonly (readonly string[])[]
  readonly projectIds?: readonly number[]
  /** A key pair must match each condition. */
  readonly tags?: readonly TagCondition[]
}

export const keyPairOrders = ['newest', 'oldest', 'name'] as const

/** Selects the key pairs of a list that people read. */
export interface KeyPairListing {
  /** A part of the id, the name, the description or the id of an instance. The case of ASCII letters is ignored. */
  readonly text?: string | undefined
  readonly projectId?: number | undefined
  readonly keyId?: string | undefined
  readonly order?: (typeof keyPairOrders)[number] | undefined
}

export interface Page {
  readonly offset: number
  readonly limit: number
}

export interface KeyPairs {
  /** The number of key pairs that count towards the limit of this project. */
  count(projectId: number): number
  /** Whether a counter of the account, or of all accounts, is at its maximum, so that no key pair can be added. */
  areNumbersUsedUp(): boolean
  hasName(projectId: number, keyName: string): boolean
  find(keyId: string): KeyPair | undefined
  /** A page of the matching key pairs, newest first, and the number of all matching key pairs. */
  list(query: KeyPairQuery, page: Page): { readonly total: number; readonly page: readonly KeyPair[] }
  /** The same for a list that people read, in its order. */
  search(listing: KeyPairListing, page: Page): ReturnType<KeyPairs['list']>
  /** Stores it, or returns what is taken, which the unique indexes decide. */
  insert(keyPair: NewKeyPair): KeyPair | 'name taken' | 'key taken'
  /** False when the new name is taken. */
  update(keyId: string, change: { readonly keyName?: string; readonly description?: string }): boolean
  /** Replaces the tags of a key pair. */
  setTags(keyId: string, tags: readonly Tag[]): void
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
  /** Whether there was such a project. What is in it stays. */
  remove(projectId: number): boolean
}

/** What a starting state may say about an instance; binding key pairs does not need it. */
export interface InstanceDetails {
  readonly privateIpAddresses?: readonly string[]
  readonly publicIpAddresses?: readonly string[]
  readonly imageId?: string
  readonly instanceType?: string
  readonly tags?: readonly Tag[]
}

/** A cloud server, with the properties that binding key pairs needs. */
export interface Instance extends InstanceDetails {
  readonly instanceId: string
  readonly instanceName: string
  readonly instanceState: InstanceState
  readonly osName: string
  readonly projectId: number
  readonly region: string
  readonly zone: string
  readonly createdTime: Date
  readonly latestOperation: string
  /** The time at which the latest operation ends. */
  readonly operationEnds: Date
  /** The ids of the key pairs bound to it, in the order of the request. */
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
  'ENTER_RESCUE_MODE',
  'RESCUE_MODE',
  'EXIT_RESCUE_MODE',
  'ENTER_SERVICE_LIVE_MIGRATE',
  'SERVICE_LIVE_MIGRATE',
  'EXIT_SERVICE_LIVE_MIGRATE',
] as const
export type InstanceState = (typeof instanceStates)[number]

export interface Instances {
  find(instanceId: string): Instance | undefined
  count(): number
  /** Newest first, in one region or, if it is undefined, in all regions. */
  list(region: string | undefined): Instance[]
  /** False when the id is taken. */
  add(instance: Omit<Instance, 'keyIds'>): boolean
  /** Replaces everything but the bindings. Whether there was such an instance. */
  update(instance: Omit<Instance, 'keyIds'>): boolean
  /** Whether there was such an instance. */
  delete(instanceId: string): boolean
  /** Replaces the tags of an instance. */
  setTags(instanceId: string, tags: readonly Tag[]): void
  /** Replaces the bound key pairs and the latest operation. */
  bind(instanceId: string, keyIds: readonly string[], operation: string, ends: Date): void
}

/** Everything that one account can see. No method takes an account, so that none can reach another account. */
export interface Namespace {
  readonly account: string
  readonly nameScope: NameScope
  /** The maximum number of key pairs in a project or, with `nameScope` account, in the account. */
  keyPairLimit(): number
  readonly keyPairs: KeyPairs
  readonly projects: Projects
  readonly instances: Instances
  /** Runs `work` as one transaction, which is rolled back if it throws. */
  transaction<T>(work: () => T): T
}

/** Whose instance a login means, and what the key that it offers is to it. */
export interface InstanceOwner {
  readonly account: string
  /** Whether the key is bound to the instance. */
  readonly isBound: boolean
}

/** All data of all accounts. */
export interface Store {
  namespace(account: string): Namespace
  /** The projects that every account has, including new accounts. */
  readonly commonProjects: Projects
  /**
   * The number of generated keys that were used, each by a successful create: of one account since its last reset, or of
   * all accounts since the last full reset.
   */
  createCount(account?: string): number
  /** See `Namespace.keyPairLimit`: the limit of one account, or the one for all accounts. */
  keyPairLimit(account?: string): number
  /** Sets the limit at run time; undefined restores the limit of the starting state. */
  setKeyPairLimit(limit: number | undefined, account?: string): void
  /** Restores the starting state of one account or of all; without `fixtures`, a starting state from the options alone. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** The names of the accounts that have any data. */
  accounts(): string[]
  /** Whether this account has any data. */
  hasAccount(account: string): boolean
  /** The names of at most so many accounts that have had key pairs. */
  someAccounts(limit: number): string[]
  /**
   * The account whose instance has this id, and this key bound to it. Of several, the one whose instance runs Linux now, then
   * `preferred`, then the oldest. Without any, the account that has the key, or the only one that has such an instance.
   * `publicKey` is the type and the base64 blob. Only populated accounts are searched.
   */
  ownerOf(instanceId: string, publicKey: string, preferred: string, now: Date): InstanceOwner | 'several' | undefined
  /** The number in the comment of the account's latest key pair. */
  lastComment(account: string): number
  /** The loaded document, which is the starting state of all accounts. */
  loadedDocument(): object | undefined
  /**
   * Replaces everything by a document in one transaction. The document is the starting state until a full reset. `accounts`
   * are populated at once, others at their first use.
   */
  load(document: object, accounts: readonly string[]): void
  /** Tries to write. Returns why that fails, or undefined. */
  checkWritable(): string | undefined
  close(): void
}
