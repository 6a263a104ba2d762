/// <reference lib="esnext.disposable" preserve="true" />
import type { JournalEntry, JournalQuery, WaitOptions } from '../journal/entry.ts'
import type { ExportedFaultRule, FaultRule, Fixture, InstanceFixture, ProjectFixture } from './types.ts'

export type { JournalEntry, JournalQuery, WaitOptions } from '../journal/entry.ts'
export type * from './types.ts'

/** A rule with its id, how many calls it matched, and how many of those it changed. */
export type FaultState = ExportedFaultRule & {
  readonly id: string
  readonly matched: number
  readonly hits: number
  /** From `add`, for an action that the emulator does not have: the name may be misspelt. */
  readonly warning?: string
}

/** A new instance. Key pairs are bound to it by AssociateInstancesKeyPairs. */
export type NewInstance = Omit<InstanceFixture, 'keyIds'>

/** The fields of an instance that change. */
export type InstanceChanges = Partial<Omit<NewInstance, 'instanceId'>>

/** The members of an OpenAPI document that tools look at first. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, object>>
  readonly components: object
}

/** A part of a long list. */
export interface PageOptions {
  /** At most so many, from 1 to 1000; 100 by default. */
  readonly limit?: number
  /** So many are left out before; 0 by default. */
  readonly offset?: number
}

/** Which key pairs are listed, and in which order. What is given must all match. */
export interface KeyPairListOptions extends PageOptions {
  /** A part of the id, the name, the description or the id of an instance. The case of ASCII letters is ignored. */
  readonly q?: string
  /** Only those of this project. */
  readonly project?: number
  /** Only the one with this id. */
  readonly keyId?: string
  /** `newest` by default; `name` has upper-case letters before lower-case ones. */
  readonly sort?: 'newest' | 'oldest' | 'name'
}

export interface AccountSummary {
  readonly name: string
  /** How many key pairs, instances and requests in the journal it has. */
  readonly keyPairs: number
  readonly instances: number
  readonly requests: number
  /** Whether a credential belongs to it. */
  readonly hasCredential: boolean
  /** Whether the API answers only signed requests for it, which depends on `--auth` and on the credentials. */
  readonly mustSign: boolean
}

export interface KeyPairSummary {
  readonly keyId: string
  readonly keyName: string
  readonly projectId: number
  readonly description: string
  readonly publicKey: string
  /** As `ssh-keygen -l` prints them: `SHA256:…` and, with `-E md5`, `MD5:aa:bb:…`. */
  readonly fingerprints: { readonly sha256: string; readonly md5: string }
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  /** The instances that it is bound to. */
  readonly instanceIds: readonly string[]
  readonly usedByImage: boolean
  readonly createdTime: string
}

/** Options of `reset`. */
export interface ResetOptions {
  /** Whether the starting state of `fixtures` is restored; true by default. */
  readonly fixtures?: boolean
}

/**
 * A running emulator: `startEmulator` returns one of this process, `connect` one that is reached over HTTP. Every method
 * rejects with an OperatorError when its input is invalid. An account may be named by any SecretId that belongs to it.
 */
export interface Emulator {
  /** Such as `http://127.0.0.1:8213`. */
  readonly url: string
  readonly port: number
  /** The HTTPS address; undefined when the emulator has none. */
  readonly tls: { readonly url: string; readonly port: number } | undefined
  /** Where `ssh` logs in to instances; undefined when the emulator has no SSH server. */
  readonly ssh: { readonly host: string; readonly port: number } | undefined
  /**
   * Returns everything, or one account, to the starting state: whatever was created, added or set is removed. Resolves with
   * false when no such account is known.
   */
  reset(account?: string, options?: ResetOptions): Promise<boolean>
  /** Everything that the emulator has, as one document. */
  readonly state: {
    /** Resolves with a document that any emulator can import. It has no SecretKeys and no private keys. */
    export(): Promise<Fixture>
    /**
     * Replaces the entire state. Rejects when a part of the document is invalid, or when everything was reset or replaced while
     * a large document was read; nothing is changed then.
     */
    import(document: Fixture): Promise<void>
  }
  /** Rules that make requests fail, wait or break off. */
  readonly faults: {
    list(): Promise<FaultState[]>
    add(rule: FaultRule): Promise<FaultState>
    /** Removes the rule with this id, or all rules. Resolves with whether any was removed. */
    remove(id?: string): Promise<boolean>
  }
  /** The emulator's time, which can be frozen and moved within the years 1 to 9999. */
  readonly clock: {
    now(): Promise<Date>
    isFrozen(): Promise<boolean>
    /** Stops the clock at this time, by default at its current time. */
    freeze(at?: Date): Promise<void>
    /** Sets the time; a frozen clock stays frozen, a running one goes on from there. */
    set(to: Date): Promise<void>
    /** Moves the time by whole milliseconds, backwards if negative; a frozen clock stays frozen. */
    advance(milliseconds: number): Promise<void>
    /** Lets a frozen clock run on from its current time. */
    resume(): Promise<void>
    /** Returns to the clock at the start. */
    reset(): Promise<void>
  }
  /** The maximum number of key pairs per project, or per account with `nameScope: 'account'`. */
  readonly limits: {
    /** The limit for all accounts, or for one. */
    keyPairs(account?: string): Promise<number>
    /** With `undefined`, the limit of the starting state is restored. */
    setKeyPairs(limit: number | undefined, account?: string): Promise<void>
  }
  /** The accounts that were used or that something names. */
  readonly accounts: {
    /** Resolves with a page of them by name, and the number of all. */
    list(page?: PageOptions): Promise<{ readonly total: number; readonly accounts: readonly AccountSummary[] }>
  }
  /** The key pairs of one account, by default of the account `default`. */
  readonly keyPairs: {
    /** Resolves with a page of them, or of those that match, and the number of all that match. */
    list(
      account?: string,
      options?: KeyPairListOptions,
    ): Promise<{ readonly total: number; readonly keyPairs: readonly KeyPairSummary[] }>
  }
  /** The projects of one account, or those that every account has. */
  readonly projects: {
    /** Resolves with their ids. */
    list(account?: string): Promise<number[]>
    /** Resolves with false when there is such a project already. */
    add(project: ProjectFixture, account?: string): Promise<boolean>
    /**
     * Resolves with whether there was such a project. Its key pairs and instances stay, but no new key pair can be created in
     * it. Rejects for project 0, the default project.
     */
    remove(projectId: number, account?: string): Promise<boolean>
  }
  /** The instances of one account, by default of the account `default`. */
  readonly instances: {
    list(account?: string): Promise<InstanceFixture[]>
    /** Resolves with the instance and its defaults. It replaces an instance with the same id and its bindings. */
    add(instance: NewInstance, account?: string): Promise<InstanceFixture>
    /** Changes fields of an instance and keeps its bindings. Rejects when there is no such instance. */
    update(instanceId: string, changes: InstanceChanges, account?: string): Promise<InstanceFixture>
    /** Resolves with whether there was such an instance. */
    remove(instanceId: string, account?: string): Promise<boolean>
  }
  /** The last requests to the API. */
  readonly journal: {
    /** Resolves with the last `limit` entries that match, by default all, oldest first. */
    find(query?: JournalQuery, limit?: number): Promise<JournalEntry[]>
    count(query?: JournalQuery): Promise<number>
    /** Waits until enough entries match, earlier ones included. Rejects when the time is over first. */
    waitFor(query: JournalQuery, options?: WaitOptions): Promise<JournalEntry[]>
    /** Calls `listener` with each new entry that matches. Resolves with a function that stops that. */
    listen(query: JournalQuery, listener: (entry: JournalEntry) => void): Promise<() => void>
  }
  readonly keys: {
    /** Number of key pairs that are ready. */
    level(): Promise<number>
    /** Makes key pairs until `count` are ready. */
    prefill(count: number): Promise<void>
  }
  /** The certificate that HTTPS clients must trust, as PEM. */
  certificate(): Promise<string>
  /** The OpenAPI 3.1 document of the API and of the control routes. */
  openapi(): Promise<OpenApiDocument>
  /**
   * Of `startEmulator`: finishes the requests in progress, then releases port and data folder; all other methods reject from
   * then on. Of `connect`: stops what listens to the journal; the emulator goes on for its other users. May be called more
   * than once.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
