import type Database from 'better-sqlite3'
import type { KeyPairQuery, Page } from './store.ts'
import type { TagTable } from './tag-table.ts'

export const columns = 'key_id, key_name, project_id, description, public_key, created_time, used_by_image, sequence'

/** A row with these columns. */
export interface KeyPairRow {
  readonly key_id: string
  readonly key_name: string
  readonly project_id: number
  readonly description: string
  readonly public_key: string
  readonly created_time: number
  readonly used_by_image: number
  /** Increases with each key pair that is inserted. */
  readonly sequence: number
}

interface Found {
  readonly total: number
  readonly rows: readonly KeyPairRow[]
}

const newestFirst = 'ORDER BY created_time DESC, sequence DESC LIMIT ? OFFSET ?'

/**
 * Creates the search for key pairs. Ids, names and tags are looked up in an index, and the rows found are sorted. Without
 * them the search reads an index that is already in the right order, up to the end of the page.
 */
export function keyPairSearch(
  db: Database.Database,
  tags: Pick<TagTable, 'find'>,
): (account: string, query: KeyPairQuery, page: Page) => Found {
  const prepare = memoize((sql: string) => db.prepare<unknown[], KeyPairRow>(sql))
  const count = memoize((sql: string) => db.prepare<unknown[], number>(sql).pluck())

  const findAll = (account: string, { offset, limit }: Page): Found => ({
    total: count('SELECT coalesce(sum(pairs), 0) FROM key_pair_counts WHERE account = ?').get(account) ?? 0,
    rows: prepare(`SELECT ${columns} FROM key_pairs WHERE account = ? ${newestFirst}`).all(account, limit, offset),
  })

  const findInProjects = (account: string, projectIds: readonly number[], { offset, limit }: Page): Found => {
    const inProject = `SELECT ${columns} FROM key_pairs WHERE account = ? AND project_id = ?`
    const pairs = 'SELECT pairs FROM key_pair_counts WHERE account = ? AND project_id = ?'
    const total = projectIds.reduce((sum, projectId) => sum + (count(pairs).get(account, projectId) ?? 0), 0)
    if (total === 0) return { total, rows: [] }
    const inEach = projectIds.map(() => inProject).join(' UNION ALL ')
    const values = projectIds.flatMap((projectId) => [account, projectId])
    return { total, rows: prepare(`${inEach} ${newestFirst}`).all(...values, limit, offset) }
  }

  const anyOf = (column: string) =>
    memoize((count: number) => {
      const placeholders = Array.from({ length: count }, () => '?')
      return db.prepare<unknown[], KeyPairRow>(
        `SELECT ${columns} FROM key_pairs WHERE account = ? AND ${column} IN (${placeholders})`,
      )
    })
  const byIds = anyOf('key_id')
  const byNames = anyOf('key_name')

  const byListedIds = db.prepare<[string, string], KeyPairRow>(
    `SELECT ${columns} FROM key_pairs WHERE account = ? AND key_id IN (SELECT value FROM json_each(?))`,
  )

  const findSelected = (account: string, query: KeyPairQuery, { offset, limit }: Page): Found => {
    const { keyIds, keyNames, projectIds } = query
    const taggedIds = query.tags && tags.find(account, query.tags)
    const values = keyIds ?? keyNames ?? []
    // Tags may find more key pairs than a statement can have variables
    const rows =
      taggedIds && !keyIds && !keyNames
        ? byListedIds.all(account, JSON.stringify([...taggedIds]))
        : (keyIds ? byIds : byNames)(values.length).all(account, ...values)
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
    if (query.keyIds || query.keyNames || query.tags) return findSelected(account, query, page)
    return query.projectIds ? findInProjects(account, [...new Set(query.projectIds)], page) : findAll(account, page)
  }
}

function memoize<Key, Value>(create: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<Key, Value>()
  return (key) => {
    const value = values.get(key) ?? create(key)
    values.set(key, value)
    return value
  }
}
