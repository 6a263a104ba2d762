import type { ResetOptions } from '../client/emulator.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { JournalQuery } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { assertQuery, readWaitOptions } from '../journal/query.ts'
import type { RuleChecks } from '../rules/checks.ts'
import { type FaultRule, faultSchema, findExcess, maxRuleDepth } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import { fixtureFormats, formatRules } from '../state/formats.ts'
import { findSecretProblem } from '../state/no-secrets.ts'
import { maxKeyPairs, type Store } from '../store/store.ts'
import { describedInForms } from '../system/described.ts'
import { InvalidInputError } from '../system/errors.ts'
import { copyJson } from '../system/json.ts'
import { maxTimerMs } from '../system/limits.ts'
import { accountNamed } from './account-name.ts'
import { checkAgainst } from './validation.ts'

/** The maximum number of key pairs per project, or per account with --name-scope account: for all accounts, or for one. */
export interface Limits {
  keyPairs(account?: string): number
  /** `undefined` restores the limit of the starting state. Throws an InvalidInputError for a limit that is not allowed. */
  setKeyPairs(limit: number | undefined, account?: string): void
}

/** JSON Schema of such a limit; null restores that of the starting state. */
export const limitSchema = {
  type: ['integer', 'null'],
  minimum: 0,
  maximum: maxKeyPairs,
  ...describedInForms(
    'how many key pairs a project may have, or an account with --name-scope account; null restores that of the starting state',
    '每个项目的密钥对数量上限，使用 `--name-scope account` 时为每个账号的上限。填 `null` 恢复初始状态的上限。',
  ),
} as const

/**
 * Returns everything, or one account, to the starting state; with `fixtures: false`, to one without --fixtures. False when
 * the account is not known, because nothing has used it and nothing names it.
 */
export type Reset = (account?: string, options?: ResetOptions) => boolean

interface ControlsOptions {
  readonly accounts: Pick<Accounts, 'accountOf' | 'isSecretName' | 'hidesSecret' | 'containsSecret' | 'credentialOf'>
  readonly store: Pick<Store, 'keyPairLimit' | 'setKeyPairLimit'>
  readonly faults: Faults
  readonly journal: Journal
  readonly reset: Reset
  readonly ruleChecks: RuleChecks
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
}

/**
 * Creates the functions that the control routes and the object of `startEmulator` share. An account may be named by any
 * SecretId that belongs to it. Invalid input throws an InvalidInputError.
 */
export function createControls({ accounts, store, faults, journal, reset, ruleChecks, closing }: ControlsOptions) {
  const accountOf = (name: string | undefined) => {
    if (name === undefined) return undefined
    if (!fixtureFormats.account(name)) throw new InvalidInputError(`An account ${formatRules.account}.`)
    return accountNamed(name, accounts)
  }
  const withAccount = (given: JournalQuery): JournalQuery => {
    assertQuery(given)
    const { account, ...query } = given
    return account === undefined ? query : { ...query, account: accountNamed(account, accounts) }
  }

  const limits: Limits = {
    keyPairs: (account) => store.keyPairLimit(accountOf(account)),
    setKeyPairs(limit, account) {
      const problem = checkAgainst(limitSchema, limit ?? null, 'The limit of key pairs')
      if (problem !== undefined) throw new InvalidInputError(problem)
      store.setKeyPairLimit(limit, accountOf(account))
    },
  }
  return {
    reset: ((account, options) => reset(accountOf(account), options)) as Reset,
    limits,
    faults: {
      ...faults,
      add(given: FaultRule) {
        const rule = copyJson(given, 'fault', maxRuleDepth) as FaultRule
        const malformed = checkAgainst(faultSchema, rule, 'fault')
        if (malformed !== undefined) throw new InvalidInputError(malformed)
        const excess = findExcess([rule])
        if (excess !== undefined) throw new InvalidInputError(`The faults ${excess}.`)
        const problem = findSecretProblem(rule, accounts) ?? ruleChecks.problemOf(rule)
        if (problem !== undefined) throw new InvalidInputError(`A fault ${problem}.`)
        const warning = ruleChecks.warningOf(rule)
        return { ...faults.add(rule), ...(warning !== undefined && { warning }) }
      },
    } satisfies Faults,
    journal: {
      ...journal,
      find: (query = {}, limit) => journal.find(withAccount(query), limit),
      count: (query = {}) => journal.count(withAccount(query)),
      async waitFor(query, options) {
        const { timeout, signal, count } = readWaitOptions(options)
        const ended = signal ? AbortSignal.any([signal, closing]) : closing
        return journal.waitFor(withAccount(query), { count, timeout: Math.min(timeout, maxTimerMs), signal: ended })
      },
      listen: (query, listener) => journal.listen(withAccount(query), listener),
    } satisfies Journal as Journal,
  }
}
