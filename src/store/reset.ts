import type Database from 'better-sqlite3'
import type { AccountKeys } from './account-keys.ts'
import type { Store } from './store.ts'
import type { UnneededRows } from './unneeded-rows.ts'

interface ResetParts {
  readonly db: Database.Database
  readonly keys: AccountKeys
  readonly tables: readonly string[]
  readonly unneeded: UnneededRows
  assertFileInPlace(): void
  clearCaches(): void
  restoreCreateCount(): void
  dropFixtures(account?: string): void
  noteReplacement(): void
}

/** Creates `Store.reset`, which empties one account or all. */
export function createReset(parts: ResetParts): Store['reset'] {
  const { db, keys, tables, unneeded, assertFileInPlace, clearCaches } = parts
  // An account starts again from its part of the loaded document
  const ofAccount = tables.filter((table) => table !== 'document_parts')
  const empty = (account: string | undefined) => {
    if (account === undefined) return unneeded.empty()
    for (const table of ofAccount) db.prepare(`DELETE FROM ${table} WHERE account = ?`).run(keys.of(account))
  }
  return (account, { fixtures = true } = {}) => {
    assertFileInPlace()
    const work = db.transaction(() => {
      empty(account)
      if (!fixtures) parts.dropFixtures(account)
      clearCaches()
      parts.restoreCreateCount()
    })
    try {
      work.immediate()
    } finally {
      // The caches are cleared after a rollback, too
      clearCaches()
    }
    if (account !== undefined) return
    parts.noteReplacement()
    unneeded.start()
  }
}
