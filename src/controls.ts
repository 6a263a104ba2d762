import type { Accounts } from './accounts.ts'
import { checkAgainst } from './control/validation.ts'
import { upperFirst } from './core/params.ts'
import { type FaultRule, faultSchema } from './faults/fault-rule.ts'
import type { Faults } from './faults/faults.ts'
import type { Journal, JournalQuery } from './journal.ts'
import { RefusedInput } from './operator-error.ts'
import { mostKeyPairs } from './options.ts'
import type { Limits, Running } from './running.ts'
import type { Store } from './store/store.ts'

interface Controlled {
  readonly accounts: Pick<Accounts, 'accountOf'>
  readonly store: Pick<Store, 'keyPairLimit' | 'setKeyPairLimit'>
  readonly faults: Faults
  readonly journal: Journal
  readonly reset: Running['reset']
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
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0 && limit <= mostKeyPairs)) {
        throw new RefusedInput(`A limit of key pairs must be an integer from 0 to ${mostKeyPairs}.`)
      }
      store.setKeyPairLimit(limit, accountOf(account))
    },
  }
  return {
    reset: ((account, options) => reset(accountOf(account), options)) as Running['reset'],
    limits,
    faults: {
      ...faults,
      add(rule: FaultRule) {
        const wrong = checkAgainst(faultSchema, rule, 'fault')
        if (wrong !== undefined) throw new RefusedInput(wrong)
        const { action } = rule
        if (action !== undefined && !actions.includes(upperFirst(action))) {
          throw new RefusedInput(`There is no action \`${action}\`; there is ${actions.join(', ')}.`)
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
