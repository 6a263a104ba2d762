import type Database from 'better-sqlite3'
import { type AccountKeys, everyAccount } from './account-keys.ts'
import type { StartDocument, StartingState } from './start.ts'
import type { Store } from './store.ts'

/** Creates the access to the starting states: of the process, of a loaded document, or those of a reset without fixtures. */
export function startTable(
  db: Database.Database,
  keys: AccountKeys,
  { document, isLoaded }: { readonly document: StartDocument; isLoaded(): boolean },
  initial: StartingState,
  startFrom: (document?: StartDocument) => StartingState,
) {
  const select = db.prepare('SELECT 1 FROM starts_without_fixtures WHERE account = ?')
  const selectAny = db.prepare('SELECT 1 FROM starts_without_fixtures LIMIT 1')
  const insert = db.prepare('INSERT OR IGNORE INTO starts_without_fixtures VALUES (?)')
  let anyHasNone = false
  const hasNone = (account: string) => anyHasNone && select.get(keys.of(account)) !== undefined
  const withoutFixtures = startFrom()
  let common = initial
  /** Reads again what the database says about all accounts. */
  const reload = () => {
    // Usually there is no row, and then no call asks for one
    anyHasNone = selectAny.get() !== undefined
    common = hasNone(everyAccount) ? withoutFixtures : isLoaded() ? startFrom(document) : initial
  }
  reload()
  const startOf: StartingState = (account = everyAccount) => (hasNone(account) ? withoutFixtures() : common(account))
  return {
    startOf,
    /** See `Store.loadedDocument`. */
    document: () => (isLoaded() || hasNone(everyAccount) ? document : undefined),
    /** Lets one account or all start without fixtures, after the next `reload`. */
    dropFixtures: (account = everyAccount) => void insert.run(keys.of(account)),
    reload,
  }
}

/** Creates the access to the key-pair limits: those that were set at run time, else those of the starting states. */
export function limitTable(
  db: Database.Database,
  keys: AccountKeys,
  startOf: StartingState,
): Pick<Store, 'keyPairLimit' | 'setKeyPairLimit'> {
  const find = db.prepare<[string], number>('SELECT key_pairs FROM limits WHERE account = ?').pluck()
  const replace = db.prepare('INSERT OR REPLACE INTO limits VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM limits WHERE account = ?')
  return {
    keyPairLimit: (account = everyAccount) =>
      find.get(keys.of(account)) ?? find.get(keys.of(everyAccount)) ?? startOf(account).keyPairLimit,
    setKeyPairLimit(limit, account = everyAccount) {
      if (limit === undefined) remove.run(keys.of(account))
      else replace.run(keys.of(account), limit)
    },
  }
}
