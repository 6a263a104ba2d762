import { createIds } from '../../src/ids.js'
import { createStartingState } from '../../src/starting-state.js'
import { openSqliteStore } from '../../src/store/sqlite-store.js'
import type { Store } from '../../src/store/store.js'
import { createSystem } from '../../src/system.js'

/** A store in memory, with the project 0, of which something is broken. */
export function brokenBy(change: (store: Store) => Store): Store {
  const system = createSystem()
  const startingState = createStartingState({ projects: [0], keyPairLimit: 100 }, {}, system.now())
  const ids = createIds(system)
  return change(openSqliteStore({ folder: undefined, nameScope: 'project', startingState, ids, system }))
}
