import type Database from 'better-sqlite3'
import type { KeyPair } from './records.ts'
import type { KeyPairQuery, Page } from './store.ts'
import type { TagTable } from './tag-table.ts'

export const columns = `key_id AS keyId, key_name AS keyName, project_id AS projectId, description,
  public_key AS publicKey, created_time AS createdTime, used_by_image AS usedByImage, sequence`

/** A row with these columns. */
export interface KeyPairRow extends Omit<KeyPair, 'createdTime' | 'usedByImage' | 'associatedInstanceIds' | 'tags'> {
  readonly createdTime: number
  readonly usedByImage: number
}

interface Found {
  readonly total: number
  readonly rows: readonly KeyPairRow[]
}

const newestFirst = 'ORDER BY createdTime DESC, sequence DESC LIMIT ? OFFSET ?'

/**
 * Creates the search for key pairs. Ids and tags are looked up in an index, a part of a name in all key pairs of the
 * account, and the rows found are sorted. Without these the search reads an index that is already in the right order, up
 * to the end of the page.
 */
export function keyPairSearch(
  db: Database.Database,
  counts: KeyPairCounts,
  tags: TagTable,
): (account: string, query: KeyPairQuery, page: Page) => Found {
  const prepare = (sql: string) => db.prepare<unknown[], KeyPairRow>(sql)
  const all = prepare(`SELECT ${columns} FROM key_pairs WHERE account = ? ${newestFirst}`)
  const findAll = (account: string, { offset, limit }: Page): Found => ({
    total: counts.all(account),
    rows: all.all(account, limit, offset),
  })

  const inProject = `SELECT ${columns} FROM key_pairs WHERE account = ? AND project_id = ?`
  const byNumberOfProjects = new Map<number, ReturnType<typeof prepare>>()
  const findInProjects = (account: string, projectIds: readonly number[], { offset, limit }: Page): Found => {
    const total = projectIds.reduce((sum, projectId) => sum + counts.inProject(account, projectId), 0)
    if (total === 0) return { total, rows: [] }
    const inEach = projectIds.map(() => inProject).join(' UNION ALL ')
    const statement = byNumberOfProjects.get(projectIds.length) ?? prepare(`${inEach} ${newestFirst}`)
    byNumberOfProjects.set(projectIds.length, statement)
    const values = projectIds.flatMap((projectId) => [account, projectId])
    return { total, rows: statement.all(...values, limit, offset) }
  }

  // Lists in JSON, because tags may find more key pairs than a statement can have variables
  const inAccount = `SELECT ${columns} FROM key_pairs WHERE account = ?`
  const byIds = prepare(`${inAccount} AND key_id IN (SELECT value FROM json_each(?))`)
  // Most calls have one id, for which reading a list takes longer than the look-up
  const byId = prepare(`${inAccount} AND key_id = ?`)
  const findIds = (account: string, ids: readonly string[]) =>
    ids.length === 1 ? byId.all(account, ids[0]) : byIds.all(account, JSON.stringify(ids))
  const byName = prepare(`${inAccount} AND EXISTS (SELECT 1 FROM json_each(?) WHERE instr(key_name, value) > 0)`)
  const findSelected = (account: string, query: KeyPairQuery, { offset, limit }: Page): Found => {
    const { keyIds, keyNames = [], projectIds } = query
    const taggedIds = query.tags && tags.find(account, query.tags)
    const ids = keyIds ?? (taggedIds && [...taggedIds])
    const rows = ids ? findIds(account, ids) : byName.all(account, JSON.stringify(keyNames[0]))
    const found = rows
      .filter(
        (row) =>
          keyNames.every((texts) => texts.some((text) => row.keyName.includes(text))) &&
          (!taggedIds || taggedIds.has(row.keyId)) &&
          (!projectIds || projectIds.includes(row.projectId)),
      )
      .sort((a, b) => b.createdTime - a.createdTime || b.sequence - a.sequence)
    return { total: found.length, rows: found.slice(offset, offset + limit) }
  }

  return (account, query, page) => {
    if (query.keyIds || query.keyNames || query.tags) return findSelected(account, query, page)
    return query.projectIds ? findInProjects(account, [...new Set(query.projectIds)], page) : findAll(account, page)
  }
}

export type KeyPairCounts = ReturnType<typeof keyPairCounts>

/** Creates the access to the numbers of key pairs, which triggers keep. */
export function keyPairCounts(db: Database.Database) {
  const all = db
    .prepare<string, number>('SELECT coalesce(sum(pairs), 0) FROM key_pair_counts WHERE account = ?')
    .pluck()
  const inProject = db
    .prepare<unknown[], number>('SELECT pairs FROM key_pair_counts WHERE account = ? AND project_id = ?')
    .pluck()
  return {
    all: (account: string) => all.get(account) ?? 0,
    inProject: (account: string, projectId: number) => inProject.get(account, projectId) ?? 0,
  }
}
