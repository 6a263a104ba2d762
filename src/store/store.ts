import type { Instance, KeyPair, NewKeyPair, Project, Tag } from './records.ts'
import type { DocumentPart, StartDocument } from './start.ts'

/** The scope in which the names of key pairs are unique and to which their limit applies. */
export const nameScopes = ['project', 'account'] as const
export type NameScope = (typeof nameScopes)[number]

/** The highest limit that can be set. Performance was not measured with more key pairs. */
export const maxKeyPairs = 1_000_000

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
  /** All of them, the oldest first, in pages of at most 100. Each page is read when it is asked for. */
  pages(): Iterable<readonly KeyPair[]>
  /** Stores it, or returns what is taken, which the unique indexes decide. */
  insert(keyPair: NewKeyPair): KeyPair | 'name taken' | 'key taken'
  /** False when the new name is taken. */
  update(keyId: string, change: { readonly keyName?: string; readonly description?: string }): boolean
  /** Replaces the tags of a key pair. */
  setTags(keyId: string, tags: readonly Tag[]): void
  /** Whether there was such a key pair. */
  delete(keyId: string): boolean
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

export interface Instances {
  find(instanceId: string): Instance | undefined
  count(): number
  /** Newest first, in one region or, if it is undefined, in all regions. */
  list(region: string | undefined): Instance[]
  /** All of them, the oldest first, in pages of at most 100. Each page is read when it is asked for. */
  pages(): Iterable<readonly Instance[]>
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

/** A document that is being loaded. Nothing of it is seen before its end. */
export interface DocumentLoad {
  /** Stores some parts, in one transaction. `now` is the time at which key pairs without a time were created. */
  add(parts: readonly DocumentPart[], now: Date): void
  /** Replaces everything. False when there was a full reset or another document meanwhile; then nothing is changed. */
  commit(): boolean
  /** Deletes what was stored, unless it was committed. */
  end(): void
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
  /** At most `limit` names of the accounts that have any data: those after `after` in the order of the database. */
  accounts(after: string, limit: number): string[]
  /** Whether there is data of this account. */
  hasAccount(account: string): boolean
  /**
   * The account whose instance has this id, and this key bound to it. Of several, the one whose instance runs Linux now, then
   * `preferred`, then the oldest. Without any, the account that has the key, or the only one that has such an instance.
   * `publicKey` is the type and the base64 blob. Only populated accounts are searched.
   */
  ownerOf(instanceId: string, publicKey: string, preferred: string, now: Date): InstanceOwner | 'several' | undefined
  /** The number in the comment of the account's latest key pair. */
  lastComment(account: string): number
  /**
   * The document that is the starting state of all accounts, instead of that of --fixtures: a loaded one or, after a reset
   * without fixtures, one without members.
   */
  loadedDocument(): StartDocument | undefined
  /** Begins to load a document, which replaces everything and is the starting state until a full reset. */
  load(): DocumentLoad
  /** Tries to write. Returns why that fails, or undefined. */
  checkWritable(): string | undefined
  close(): void
}
