import type { Config } from '../config/options.ts'
import { defaultAccount } from '../identity/accounts.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { OperatorError } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import type { System } from '../system/system.ts'
import { type Fixture, pointer } from './fixture.ts'
import { createStartingState } from './starting-state.ts'

interface Surroundings {
  readonly config: Config
  readonly ids: Ids
  readonly system: System
}

/** The store, after a trial: a fixture that contradicts itself must not get into a file. */
export function openStore(fixture: Fixture, surroundings: Surroundings): Store {
  assertNoContradictions('--fixtures', fixture, surroundings)
  const { config, ids, system } = surroundings
  const startFrom = (document: Fixture) => createStartingState(config, document, system.now())
  return openSqliteStore({
    folder: config.data,
    nameScope: config.nameScope,
    startingState: startFrom(fixture),
    startFrom: (document) => startFrom(JSON.parse(document) as Fixture),
    ids,
    system,
  })
}

/** Stands for every account that a document does not name. */
const unnamed = '\u0000'

/** Tries a fixture in memory. OperatorError when it contradicts itself. */
export function assertNoContradictions(name: string, fixture: Fixture, { config, ids, system }: Surroundings): void {
  const startingState = createStartingState(config, fixture, system.now())
  const onConflict = (problem: string, account: string) => {
    const [part = ''] = problem.split('/', 1)
    const isOwn = Object.hasOwn(fixture.accounts?.[account] ?? {}, part)
    throw new OperatorError(`${name}: ${isOwn ? `/accounts/${pointer(account)}` : ''}/${problem}.`)
  }
  const { nameScope } = config
  const trial = openSqliteStore({ folder: undefined, nameScope, startingState, ids, system, onConflict })
  try {
    for (const account of [defaultAccount, ...Object.keys(fixture.accounts ?? {}), unnamed]) trial.namespace(account)
  } finally {
    trial.close()
  }
}
