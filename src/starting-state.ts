import type { AccountFixture, Fixture } from './fixtures.js'
import type { StartingState } from './store/store.js'

interface Defaults {
  readonly projects: readonly number[]
  readonly keyPairLimit: number
}

/**
 * With what each account starts: the projects of the options and those of the fixture, the fixture's limit or that of
 * the options. What the fixture says of an account stands in place of what it says of every account.
 */
export function createStartingState(defaults: Defaults, fixture: Fixture): StartingState {
  const accounts = new Map(Object.entries(fixture.accounts ?? {}))
  const start = (special: AccountFixture = {}) => {
    const { projects = [], limits = {} } = { ...fixture, ...special }
    return {
      projectIds: [...defaults.projects, ...projects],
      keyPairLimit: limits.keyPairs ?? defaults.keyPairLimit,
    }
  }
  return (account) => start(account === undefined ? undefined : accounts.get(account))
}
