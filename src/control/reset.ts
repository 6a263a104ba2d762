import type { ResetOptions } from '../client/emulator.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Clock } from '../system/clock.ts'
import type { Reset } from './controls.ts'
import type { KnownAccounts } from './known-accounts.ts'

/** A part that keeps something: of accounts, or of the run. */
interface Resettable {
  reset(account?: string, options?: ResetOptions): unknown
}

interface ResetParts {
  readonly clock: Clock
  readonly accounts: Accounts
}

const isResettable = (part: unknown): part is Resettable => typeof part === 'object' && part !== null && 'reset' in part

/** Creates a reset that reaches every part that has one. Clock and credentials belong to no account. */
export function createReset(parts: ResetParts, knownAccounts: Pick<KnownAccounts, 'has'>): Reset {
  const { clock, accounts, ...others } = parts
  const resettable = Object.values<unknown>(others).filter(isResettable)
  return (account, options) => {
    const isKnown = account === undefined || knownAccounts.has(account)
    // First, since what the store is populated with has the time of the reset
    if (account === undefined) clock.reset(options)
    for (const part of resettable) part.reset(account, options)
    if (account === undefined) accounts.setCredentials()
    return isKnown
  }
}
