import type Database from 'better-sqlite3'

/** Creates the search for accounts, of which it takes and returns the values of the column. */
export function accountSearch(db: Database.Database, tables: readonly string[]) {
  // What these have belongs to a row of another table, or to no account that was used
  const dependent = ['key_pairs', 'key_pair_counts', 'tags', 'bindings', 'document_parts']
  const owning = tables.filter((table) => !dependent.includes(table))
  const inEach = owning.map((table) => `SELECT account FROM ${table} WHERE account > @after AND account < @to`)
  const page = db.prepare<object, string>(`${inEach.join(' UNION ')} ORDER BY account LIMIT @limit`).pluck()
  const hasRow = owning.map((table) => db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE account = ? LIMIT 1`))
  return {
    page: (after: string, to: string, limit: number) => page.all({ after, to, limit }),
    isUsed: (key: string) => hasRow.some((query) => query.get(key) !== undefined),
  }
}
