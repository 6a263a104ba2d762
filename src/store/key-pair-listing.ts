import type Database from 'better-sqlite3'
import { columns, type KeyPairCounts, type KeyPairRow } from './key-pair-search.ts'
import type { KeyPairListing, Page } from './store.ts'

/** The columns of an index in each case, so that a page without a text is read in order and nothing is sorted. */
const orders = {
  newest: 'created_time DESC, sequence DESC',
  oldest: 'created_time, sequence',
  name: 'key_name, name_scope',
} as const satisfies Record<NonNullable<KeyPairListing['order']>, string>

// In SQLite `lower` changes ASCII letters only, and `instr` has no wildcards
const contains = (column: string) => `instr(lower(${column}), lower(@text)) > 0`

const conditions = {
  projectId: 'project_id = @projectId',
  keyId: 'key_id = @keyId',
  text: `(${['key_id', 'key_name', 'description'].map(contains).join(' OR ')} OR EXISTS (
    SELECT 1 FROM bindings WHERE account = @account AND key_id = key_pairs.key_id AND ${contains('instance_id')}))`,
} as const

/** Creates the listing of the key pairs of an account that a person looks through. */
export function keyPairListing(db: Database.Database, counts: KeyPairCounts) {
  const statements = new Map<string, Database.Statement<object>>()
  /** A statement is prepared at its first use. */
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare<object>(sql)
    statements.set(sql, statement)
    return statement
  }
  return (account: string, { order = 'newest', ...listing }: KeyPairListing, page: Page) => {
    const { projectId, keyId, text } = listing
    const given = (['projectId', 'keyId', 'text'] as const).filter((name) => listing[name] !== undefined)
    const where = ['account = @account', ...given.map((name) => conditions[name])].join(' AND ')
    const values = { account, ...Object.fromEntries(given.map((name) => [name, listing[name]])) }
    const count = () => (prepare(`SELECT count(*) AS total FROM key_pairs WHERE ${where}`).get(values) as Total).total
    const countAll = () => (projectId === undefined ? counts.all(account) : counts.inProject(account, projectId))
    const select = `SELECT ${columns} FROM key_pairs WHERE ${where} ORDER BY ${orders[order]} LIMIT @limit OFFSET @offset`
    return {
      total: keyId === undefined && text === undefined ? countAll() : count(),
      rows: prepare(select).all({ ...values, ...page }) as KeyPairRow[],
    }
  }
}

interface Total {
  readonly total: number
}
