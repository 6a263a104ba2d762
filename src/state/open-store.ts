import type { Config } from '../config/options.ts'
import { defaultAccount } from '../identity/accounts.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { OperatorError } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { escapePointer } from '../system/json.ts'
import type { System } from '../system/system.ts'
import { type CompleteFixture, completeFixture, type Fixture } from './fixture.ts'
import { createStartingState } from './starting-state.ts'

interface StoreParts {
  readonly config: Config
  readonly ids: Ids
  readonly system: System
}

/** Opens the store. A fixture that contradicts itself is an OperatorError and never gets into a file. */
export function openStore(fixture: CompleteFixture, parts: StoreParts): Store {
  assertNoContradictions('--fixtures', fixture, parts)
  const { config, ids, system } = parts
  return openSqliteStore({
    folder: config.data,
    nameScope: config.nameScope,
    startingState: createStartingState(fixture),
    startFrom: (document) => createStartingState(completeFixture(document as Fixture, config, system.now())),
    ids,
    system,
  })
}

/** The name of an account that no document mentions. */
const unmentioned = '\u0000'

/** Populates a store in memory. OperatorError with the path of what contradicts the rest of the fixture. */
export function assertNoContradictions(name: string, fixture: CompleteFixture, parts: StoreParts): void {
  // Only these can contradict something: without them a start does not wait for a second store
  if (!fixture.keyPairs && !fixture.instances && !fixture.accounts) return
  const { config, ids, system } = parts
  const trial = openSqliteStore({
    folder: undefined,
    nameScope: config.nameScope,
    startingState: createStartingState(fixture),
    ids,
    system,
    onConflict({ section, index, problem, account }) {
      const isInAccount = Object.hasOwn(fixture.accounts?.[account] ?? {}, section)
      const path = `${isInAccount ? `/accounts/${escapePointer(account)}` : ''}/${section}/${index}`
      throw new OperatorError(`${name}: ${path}/${problem}.`)
    },
  })
  try {
    for (const account of [defaultAccount, ...Object.keys(fixture.accounts ?? {}), unmentioned])
      trial.namespace(account)
  } finally {
    trial.close()
  }
}
