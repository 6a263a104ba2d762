import type Database from 'better-sqlite3'
import type { KeyPairQuery, Page } from './store.js'

export const columns = 'key_id, key_name, project_id, description, public_key, created_time, used_by_image'

/** A row as `columns` names it. */
export interface KeyPairRow {
  readonly key_id: string
  readonly key_name: string
  readonly project_id: number
  readonly description: string
  readonly public_key: string
  readonly created_time: number
  readonly used_by_image: number
}

interface Found {
  readonly total: number
  readonly rows: readonly KeyPairRow[]
}

const newestFirst = 'ORDER BY created_time DESC, sequence DESC LIMIT ? OFFSET ?'

/**
 * The search for an account's key pairs. By ids and names it looks each up in an index; by project, or without any
 * condition, it reads an index that is in order already, and no more of it than up to the end of the page.
 */
export function keyPairSearch(db: Database.Database): (account: string, query: KeyPairQuery, page: Page) => Found {
  const prepare = once((sql: string) => db.prepare<unknown[], KeyPairRow>(sql))
  const count = once((sql: string) => db.prepare<unknown[], number>(sql).pluck())

  const find = (where: string, values: readonly unknown[], total: number, { offset, limit }: Page): Found => ({
    total,
    rows: prepare(`SELECT ${columns} FROM key_pairs WHERE ${where} ${newestFirst}`).all(...values, limit, offset),
  })

  const everything = (account: string, page: Page): Found => {
    const total = count('SELECT coalesce(sum(pairs), 0) FROM key_pair_counts WHERE account = ?').get(account) ?? 0
    return find('account = ?', [account], total, page)
  }

  const inProjects = (account: string, projectIds: readonly number[], { offset, limit }: Page): Found => {
    const one = `SELECT ${columns}, sequence FROM key_pairs WHERE account = ? AND project_id = ?`
    const counts = 'SELECT pairs FROM key_pair_counts WHERE account = ? AND project_id = ?'
    const total = projectIds.reduce((sum, projectId) => sum + (count(counts).get(account, projectId) ?? 0), 0)
    const each = projectIds.map(() => one).join(' UNION ALL ')
    const rows =
      total === 0
        ? []
        : prepare(`${each} ${newestFirst}`).all(
            ...projectIds.flatMap((projectId) => [account, projectId]),
            limit,
            offset,
          )
    return { total, rows }
  }

  return (account, { keyIds, keyNames, projectIds }, page) => {
    if (!keyIds && !keyNames)
      return projectIds ? inProjects(account, [...new Set(projectIds)], page) : everything(account, page)
    const conditions = Object.entries({ key_id: keyIds, key_name: keyNames, project_id: projectIds }).flatMap(
      ([column, wanted]) => (wanted ? [{ column, wanted: JSON.stringify(wanted) }] : []),
    )
    // The plus keeps project_id from being looked up: ids and names find fewer
    const tests = conditions.map(
      ({ column }) => `${column === 'project_id' ? '+' : ''}${column} IN (SELECT value FROM json_each(?))`,
    )
    const where = ['account = ?', ...tests].join(' AND ')
    const values = [account, ...conditions.map(({ wanted }) => wanted)]
    return find(where, values, count(`SELECT count(*) FROM key_pairs WHERE ${where}`).get(...values) ?? 0, page)
  }
}

/** Remembers what was made of each text. */
function once<Made>(make: (sql: string) => Made): (sql: string) => Made {
  const made = new Map<string, Made>()
  return (sql) => {
    const before = made.get(sql)
    if (before !== undefined) return before
    const now = make(sql)
    made.set(sql, now)
    return now
  }
}
