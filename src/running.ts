import type { Clock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { Fixture } from './fixtures.ts'
import type { Patience } from './http-limits.ts'
import type { Journal } from './journal.ts'
import type { KeySource } from './keys/key-source.ts'
import type { Place } from './listen.ts'
import type { Store } from './store/store.ts'

export interface ResetOptions {
  /** Whether the starting state is put in again; it is by default. */
  readonly fixtures?: boolean
}

/** How many key pairs a project, or account, may hold: for all accounts, or for one. */
export interface Limits {
  keyPairs(account?: string): number
  /** undefined goes back to that of the starting state. */
  setKeyPairs(limit: number | undefined, account?: string): void
}

export interface Running extends Place {
  /** Where HTTPS is, if there is. */
  readonly tls: Place | undefined
  /** Back to the starting state: everything, or one account; without `fixtures` to one that has nothing of them. */
  reset(account?: string, options?: ResetOptions): void
  readonly state: { export(): Fixture; import(document: unknown): Promise<void> }
  readonly keys: Pick<KeySource, 'name' | 'level' | 'prefill'>
  readonly faults: Faults
  readonly clock: Clock
  readonly journal: Journal
  readonly limits: Limits
  /** The parts that a reset has to reach. */
  readonly stateful: readonly string[]
  /** A request target that works, to be shown. */
  readonly example: string
  /** The projects that every account has, and how many key pairs each may hold. */
  readonly common: { readonly projectIds: readonly number[]; readonly keyPairLimit: number }
  /** Answers what is under way, frees port and database; may be called again. */
  close(): Promise<void>
}

/** The parts that a test may replace, each to see what the whole does when it fails. */
export interface Parts {
  readonly now: () => Date
  readonly keys: KeySource
  readonly store: Store
  readonly patience: Patience
}
