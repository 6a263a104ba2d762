import { defaultAccount } from './accounts.js'
import type { Fixture } from './fixtures.js'
import type { Ids } from './ids.js'
import { OperatorError } from './operator-error.js'
import type { Config } from './options.js'
import { openSqliteStore } from './store/sqlite-store.js'
import type { StartingState, Store } from './store/store.js'
import type { System } from './system.js'

interface Seeding {
  readonly startingState: StartingState
  readonly ids: Ids
  readonly system: System
}

/** The store, after a trial in memory: a fixture that contradicts itself must not get into a file. */
export function openStore(config: Config, fixture: Fixture, seeding: Seeding): Store {
  const settings = { nameScope: config.nameScope, ...seeding }
  const refuse = (problem: string) => {
    throw new OperatorError(`--fixtures: ${problem}.`)
  }
  const trial = openSqliteStore({ ...settings, folder: undefined, onConflict: refuse })
  for (const account of [defaultAccount, ...Object.keys(fixture.accounts ?? {})]) trial.namespace(account)
  trial.close()
  return openSqliteStore({ ...settings, folder: config.data })
}
