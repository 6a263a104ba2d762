import { upperFirst } from '../core/params.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Journal, JournalQuery } from '../journal/journal.ts'
import { type FaultRule, faultSchema } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import type { Store } from '../store/store.ts'
import { maxKeyPairs } from '../store/store.ts'
import { InvalidInputError } from '../system/errors.ts'
import { checkAgainst } from './validation.ts'

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

/** Back to the starting state: everything, or one account; without `fixtures` to one that has nothing of them. */
export type Reset = (account?: string, options?: ResetOptions) => void

interface Controlled {
  readonly accounts: Pick<Accounts, 'accountOf'>
  readonly store: Pick<Store, 'keyPairLimit' | 'setKeyPairLimit'>
  readonly faults: Faults
  readonly journal: Journal
  readonly reset: Reset
  /** The names of all actions. */
  readonly actions: readonly string[]
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
}

/**
 * What routes and the object of `startEmulator` both call: an account may be named by a SecretId that belongs to it, and
 * input that is not allowed is a RefusedInput.
 */
export function createControls({ accounts, store, faults, journal, reset, actions, closing }: Controlled) {
  const accountOf = (name: string | undefined) => (name === undefined ? undefined : accounts.accountOf(name))
  const own = ({ account, ...query }: JournalQuery): JournalQuery =>
    account === undefined ? query : { ...query, account: accounts.accountOf(account) }

  const limits: Limits = {
    keyPairs: (account) => store.keyPairLimit(accountOf(account)),
    setKeyPairs(limit, account) {
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0 && limit <= maxKeyPairs)) {
        throw new InvalidInputError(`A limit of key pairs must be an integer from 0 to ${maxKeyPairs}.`)
      }
      store.setKeyPairLimit(limit, accountOf(account))
    },
  }
  return {
    reset: ((account, options) => reset(accountOf(account), options)) as Reset,
    limits,
    faults: {
      ...faults,
      add(rule: FaultRule) {
        const wrong = checkAgainst(faultSchema, rule, 'fault')
        if (wrong !== undefined) throw new InvalidInputError(wrong)
        const { action } = rule
        if (action !== undefined && !actions.includes(upperFirst(action))) {
          throw new InvalidInputError(`There is no action \`${action}\`; there is ${actions.join(', ')}.`)
        }
        return faults.add(rule)
      },
    } satisfies Faults,
    journal: {
      ...journal,
      find: (query = {}, limit) => journal.find(own(query), limit),
      count: (query = {}) => journal.count(own(query)),
      waitFor: (query, options) => journal.waitFor(own(query), { signal: closing, ...options }),
      listen: (query, listener) => journal.listen(own(query), listener),
    } satisfies Journal as Journal,
  }
}
