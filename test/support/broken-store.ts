import { completeFixture } from '../../src/state/fixture.ts'
import { createStartingState, documentOf } from '../../src/state/starting-state.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { Store } from '../../src/store/store.ts'
import { createIds } from '../../src/system/ids.ts'
import { createSystem } from '../../src/system/system.ts'

/** A store in memory, with the project 0, of which something is broken. */
export function brokenBy(change: (store: Store) => Store): Store {
  const system = createSystem()
  const startingState = createStartingState(
    documentOf(completeFixture({}, { projects: [0], keyPairLimit: 100 }, system.now())),
  )
  const ids = createIds(system)
  return change(openSqliteStore({ folder: undefined, nameScope: 'project', startingState, ids, system }))
}
