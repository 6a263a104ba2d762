import type Database from 'better-sqlite3'
import type { KeyPairQuery, Page } from './store.ts'
import type { TagTable } from './tag-table.ts'

export const columns = 'key_id, key_name, project_id, description, public_key, created_time, used_by_image, sequence'

/** A row as `columns` names it. */
export interface KeyPairRow {
  readonly key_id: string
  readonly key_name: string
  readonly project_id: number
  readonly description: string
  readonly public_key: string
  readonly created_time: number
  readonly used_by_image: number
  /** Rises from each to the next. */
  readonly sequence: number
}

interface Found {
  readonly total: number
  readonly rows: readonly KeyPairRow[]
}

const newestFirst = 'ORDER BY created_time DESC, sequence DESC LIMIT ? OFFSET ?'

/**
 * The search for an account's key pairs. By ids or names it looks each up in an index, and sorts what it finds; by
 * project, or without any condition, it reads an index that is in order already, and no more of it than up to the end of
 * the page.
 */
export function keyPairSearch(
  db: Database.Database,
  tags: Pick<TagTable, 'find'>,
): (account: string, query: KeyPairQuery, page: Page) => Found {
  const prepare = once((sql: string) => db.prepare<unknown[], KeyPairRow>(sql))
  const count = once((sql: string) => db.prepare<unknown[], number>(sql).pluck())

  const everything = (account: string, { offset, limit }: Page): Found => ({
    total: count('SELECT coalesce(sum(pairs), 0) FROM key_pair_counts WHERE account = ?').get(account) ?? 0,
    rows: prepare(`SELECT ${columns} FROM key_pairs WHERE account = ? ${newestFirst}`).all(account, limit, offset),
  })

  const inProjects = (account: string, projectIds: readonly number[], { offset, limit }: Page): Found => {
    const one = `SELECT ${columns} FROM key_pairs WHERE account = ? AND project_id = ?`
    const pairs = 'SELECT pairs FROM key_pair_counts WHERE account = ? AND project_id = ?'
    const total = projectIds.reduce((sum, projectId) => sum + (count(pairs).get(account, projectId) ?? 0), 0)
    if (total === 0) return { total, rows: [] }
    const each = projectIds.map(() => one).join(' UNION ALL ')
    const values = projectIds.flatMap((projectId) => [account, projectId])
    return { total, rows: prepare(`${each} ${newestFirst}`).all(...values, limit, offset) }
  }

  const anyOf = (column: string) =>
    once((count: number) => {
      const places = Array.from({ length: count }, () => '?')
      return db.prepare<unknown[], KeyPairRow>(
        `SELECT ${columns} FROM key_pairs WHERE account = ? AND ${column} IN (${places})`,
      )
    })
  const byIds = anyOf('key_id')
  const byNames = anyOf('key_name')

  const listed = db.prepare<[string, string], KeyPairRow>(
    `SELECT ${columns} FROM key_pairs WHERE account = ? AND key_id IN (SELECT value FROM json_each(?))`,
  )

  const named = (account: string, query: KeyPairQuery, { offset, limit }: Page): Found => {
    const { keyIds, keyNames, projectIds } = query
    const taggedIds = query.tags && tags.find(account, query.tags)
    const wanted = keyIds ?? keyNames ?? []
    // Tags may find more than a statement can have variables
    const rows =
      taggedIds && !keyIds && !keyNames
        ? listed.all(account, JSON.stringify([...taggedIds]))
        : (keyIds ? byIds : byNames)(wanted.length).all(account, ...wanted)
    const found = rows
      .filter(
        (row) =>
          (!keyIds || !keyNames || keyNames.includes(row.key_name)) &&
          (!taggedIds || taggedIds.has(row.key_id)) &&
          (!projectIds || projectIds.includes(row.project_id)),
      )
      .sort((a, b) => b.created_time - a.created_time || b.sequence - a.sequence)
    return { total: found.length, rows: found.slice(offset, offset + limit) }
  }

  return (account, query, page) => {
    if (query.keyIds || query.keyNames || query.tags) return named(account, query, page)
    return query.projectIds ? inProjects(account, [...new Set(query.projectIds)], page) : everything(account, page)
  }
}

/** Remembers what was made of each. */
function once<Of, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const made = new Map<Of, Made>()
  return (of) => {
    const before = made.get(of)
    if (before !== undefined) return before
    const now = make(of)
    made.set(of, now)
    return now
  }
}
