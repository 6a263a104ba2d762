import type Database from 'better-sqlite3'
import type { AccountKeys } from './account-keys.ts'

/** A key pair is deleted with its tags, and a part of a document may be a hundred items long. */
const isLarge = (table: string) => table === 'key_pairs' || table === 'document_parts'

/** So many rows of a table are deleted at a time, which takes a few milliseconds. */
const rowsAtATime = (table: string) => (isLarge(table) ? 10 : 100)

/** A reset of everything deletes so many rows of a table at once. If there are more, it makes another state the current one. */
const rowsAtOnce = (table: string) => (isLarge(table) ? 100 : 1000)

export type UnneededRows = ReturnType<typeof unneededRows>

/** Creates the deletion of the rows of states that nobody needs any longer: a few at a time, between other work. */
export function unneededRows(
  db: Database.Database,
  keys: AccountKeys,
  tables: readonly string[],
  assertFileInPlace: () => void,
) {
  const ofCurrent = 'WHERE account >= @from AND account < @to'
  const prepare = (table: string) => ({
    before: db.prepare(`DELETE FROM ${table} WHERE account < ? LIMIT ${rowsAtATime(table)}`),
    after: db.prepare(`DELETE FROM ${table} WHERE account >= ? LIMIT ${rowsAtATime(table)}`),
    hasMany: db.prepare(`SELECT 1 FROM ${table} ${ofCurrent} LIMIT 1 OFFSET ${rowsAtOnce(table)}`),
    current: db.prepare(`DELETE FROM ${table} ${ofCurrent}`),
  })
  let prepared: ReturnType<typeof prepare>[] | undefined
  /** Prepared at their first use, which a start does not wait for. */
  const statements = () => {
    prepared ??= tables.map(prepare)
    return prepared
  }
  let next: NodeJS.Immediate | undefined

  /** Whether there was something to delete. */
  const deleteSome = db.transaction(() => {
    const { from, to } = keys.needed()
    return statements().some(({ before, after }) => before.run(from).changes + after.run(to).changes > 0)
  })

  const continueLater = () => {
    // Lets the process end; the rest is deleted when the database is opened again
    next = setImmediate(() => {
      next = undefined
      try {
        assertFileInPlace()
        if (deleteSome.immediate()) continueLater()
      } catch {
        // The database cannot be written, of which every call says why
      }
    }).unref()
  }

  const start = () => {
    if (next === undefined) continueLater()
  }

  return {
    /** Deletes what nobody needs, from now on. */
    start,
    /** Deletes some of it, and the rest later. Throws when the database cannot be written. */
    deleteSome() {
      if (deleteSome.immediate()) start()
    },
    stop: () => clearImmediate(next),
    /** Empties the current state, or makes an empty one the current state. */
    empty() {
      const range = keys.range()
      // Asked first of all tables, since a key pair is deleted with its tags
      if (statements().some(({ hasMany }) => hasMany.get(range))) keys.startAnew()
      else for (const { current } of statements()) current.run(range)
    },
  }
}
