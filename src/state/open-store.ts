import type { Config } from '../config/options.ts'
import { defaultAccount } from '../identity/accounts.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StartDocument } from '../store/start.ts'
import type { Store } from '../store/store.ts'
import { OperatorError } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { escapePointer } from '../system/json.ts'
import type { System } from '../system/system.ts'
import { type AccountFixture, type CompleteFixture, completeFixture } from './fixture.ts'
import { createStartingState, documentOf } from './starting-state.ts'

interface TrialParts {
  readonly nameScope: Config['nameScope']
  readonly ids: Ids
  readonly system: System
}

interface StoreParts extends Omit<TrialParts, 'nameScope'> {
  readonly config: Config
}

/** Opens the store. A fixture that contradicts itself is an OperatorError and never gets into a file. */
export function openStore(fixture: CompleteFixture, start: StartDocument, parts: StoreParts): Store {
  const { config, ids, system } = parts
  assertNoContradictions('--fixtures', fixture, { ...config, ids, system })
  return openSqliteStore({
    folder: config.data,
    nameScope: config.nameScope,
    startingState: createStartingState(start),
    startFrom: (document = documentOf(completeFixture({}, config, system.now()))) => createStartingState(document),
    ids,
    system,
  })
}

/** The name of an account that no document mentions. */
const unmentioned = '\u0000'

/** Populates a store in memory. OperatorError with the path of what contradicts the rest of the fixture. */
export function assertNoContradictions(name: string, fixture: CompleteFixture, parts: TrialParts): void {
  // Only these can contradict something: without them a start does not wait for a second store
  const hasContents = ({ keyPairs = [], instances = [] }: AccountFixture) => keyPairs.length + instances.length > 0
  // An empty list counts, since it replaces that of the top level
  const differs = ({ projects, keyPairs, instances }: AccountFixture) => projects || keyPairs || instances
  const accounts = Object.entries(fixture.accounts ?? {}).filter(([, one]) => differs(one))
  if (!hasContents(fixture) && !accounts.some(([, one]) => hasContents(one))) return
  const trial = openSqliteStore({
    ...parts,
    folder: undefined,
    startingState: createStartingState(documentOf(fixture)),
    onConflict({ section, index, problem, account }) {
      const isInAccount = Object.hasOwn(fixture.accounts?.[account] ?? {}, section)
      const path = `${isInAccount ? `/accounts/${escapePointer(account)}` : ''}/${section}/${index}`
      throw new OperatorError(`${name}: ${path}/${problem}.`)
    },
  })
  try {
    for (const [account] of [[defaultAccount], ...accounts, [unmentioned]]) trial.namespace(account as string)
  } finally {
    trial.close()
  }
}
