import type Database from 'better-sqlite3'
import { type AccountKeys, everyAccount, nameOf } from './account-keys.ts'
import type { StartDocument } from './start.ts'

/** An account with fewer parts is read at once. */
const fewParts = 10

/** Creates the access to the parts of a loaded document: each is a member, or some of the items of a list. */
export function documentTable(db: Database.Database, keys: AccountKeys) {
  const insert = db.prepare('INSERT INTO document_parts VALUES (NULL, ?, ?, ?)')
  const all = db
    .prepare<string[], string>('SELECT value FROM document_parts WHERE account = ? AND member = ? ORDER BY part')
    .pluck()
  const next = db.prepare<unknown[], { part: number; value: string }>(
    'SELECT part, value FROM document_parts WHERE account = ? AND member = ? AND part > ? ORDER BY part LIMIT 1',
  )
  const first = db.prepare<[string], { member: string; value: string }>(
    `SELECT member, value FROM document_parts WHERE account = ? ORDER BY member, part LIMIT ${fewParts}`,
  )
  const find = db.prepare('SELECT 1 FROM document_parts WHERE account = ? LIMIT 1')
  const names = db
    .prepare<unknown[], string>(
      'SELECT DISTINCT account FROM document_parts WHERE account > ? AND account < ? ORDER BY account LIMIT ?',
    )
    .pluck()
  const exists = (account: string) => find.get(keys.of(account)) !== undefined
  function* pages(key: string, name: string, first: { part: number; value: string }) {
    // One at a time, since a statement that is not finished would keep everybody from writing
    for (let row: typeof first | undefined = first; row; row = next.get(key, name, row.part))
      yield JSON.parse(row.value)
  }
  const document: StartDocument = {
    member(name, account = everyAccount) {
      const [first, ...more] = all.all(keys.of(account), name).map((text) => JSON.parse(text))
      return more.length === 0 ? first : [first, ...more].flat()
    },
    pages(name, account = everyAccount) {
      const key = keys.of(account)
      const first = next.get(key, name, 0)
      return first && pages(key, name, first)
    },
    fewMembers(account) {
      const rows = first.all(keys.of(account))
      if (rows.length === fewParts) return undefined
      const members: Record<string, unknown> = {}
      for (const { member, value } of rows) {
        const before = members[member]
        const parsed = JSON.parse(value)
        members[member] = Array.isArray(before) ? before.concat(parsed) : parsed
      }
      return members
    },
    has: (account) => account !== everyAccount && exists(account),
    names: (after, limit) => names.all(keys.of(after), keys.range().to, limit).map(nameOf),
  }
  return {
    add: (key: string, member: string, value: unknown) => void insert.run(key, member, JSON.stringify(value)),
    /** The document that was loaded; without one, it has no members. */
    document,
    isLoaded: () => exists(everyAccount),
  }
}
