import Database from 'better-sqlite3'
import { scopeOf } from './name-scope.js'
import type { KeyPair, KeyPairQuery, KeyPairs, NameScope, NewKeyPair } from './store.js'
import { fingerprintOf } from './tables.js'

/** The documented example's comment is `skey_112168`; an account's numbers start there. */
const firstCommentNumber = 112168

interface Row {
  key_id: string
  key_name: string
  project_id: number
  description: string
  public_key: string
  created_time: number
  used_by_image: number
}

/** The key pairs of each account. */
export function keyPairTable(db: Database.Database, nameScope: NameScope): (account: string) => KeyPairs {
  const sql = prepare(db)
  const search = searches(db)

  const insertRow = (row: Record<string, unknown>, newKeyId: () => string): string | 'name taken' | 'key taken' => {
    const keyId = newKeyId()
    try {
      sql.insert.run({ ...row, keyId })
      return keyId
    } catch (error) {
      const index = violated(error)
      if (index === 'key_pairs.key_name') return 'name taken'
      if (index === 'key_pairs.fingerprint') return 'key taken'
      return insertRow(row, newKeyId)
    }
  }

  return (account) => {
    const toKeyPair = (row: Row): KeyPair => ({
      keyId: row.key_id,
      keyName: row.key_name,
      projectId: row.project_id,
      description: row.description,
      publicKey: row.public_key,
      createdTime: new Date(row.created_time),
      usedByImage: row.used_by_image === 1,
      associatedInstanceIds: sql.instancesOf.all(account, row.key_id),
    })

    return {
      count: (projectId) => sql.count.get(account, scopeOf(nameScope, projectId)) ?? 0,
      hasName: (projectId, keyName) => sql.named.get(account, scopeOf(nameScope, projectId), keyName) !== undefined,

      find(keyId) {
        const row = sql.find.get(account, keyId)
        return row && toKeyPair(row)
      },

      list(query, { offset, limit }) {
        const { rows, count, values } = search(query)
        const total = count.get(account, ...values) ?? 0
        return { total, page: rows.all(account, ...values, limit, offset).map(toKeyPair) }
      },

      insert(keyPair: NewKeyPair) {
        const { newKeyId, keyName, projectId, description = '', usedByImage = false, createdTime } = keyPair
        const number = (sql.lastComment.get(account) ?? firstCommentNumber - 1) + 1
        const publicKey = `${keyPair.publicKey} skey_${number}`
        const row = {
          account,
          scope: scopeOf(nameScope, projectId),
          keyName,
          projectId,
          description,
          publicKey,
          createdTime: +createdTime,
          usedByImage: Number(usedByImage),
          fingerprint: fingerprintOf(publicKey),
        }
        const keyId = insertRow(row, newKeyId)
        if (keyId === 'name taken' || keyId === 'key taken') return keyId
        sql.setLastComment.run(account, number)
        return {
          keyId,
          keyName,
          projectId,
          description,
          publicKey,
          createdTime,
          usedByImage,
          associatedInstanceIds: [],
        }
      },

      update(keyId, { keyName, description }) {
        try {
          sql.update.run({ account, keyId, keyName: keyName ?? null, description: description ?? null })
          return true
        } catch (error) {
          violated(error)
          return false
        }
      },

      delete: (keyId) => sql.delete.run(account, keyId).changes > 0,
    }
  }
}

const columns = 'key_id, key_name, project_id, description, public_key, created_time, used_by_image'

const prepare = (db: Database.Database) => ({
  insert: db.prepare(
    `INSERT INTO key_pairs (account, name_scope, key_id, key_name, project_id, description, public_key, created_time,
                            used_by_image, fingerprint)
     VALUES (@account, @scope, @keyId, @keyName, @projectId, @description, @publicKey, @createdTime,
             @usedByImage, @fingerprint)`,
  ),
  update: db.prepare(
    `UPDATE key_pairs SET key_name = coalesce(@keyName, key_name), description = coalesce(@description, description)
     WHERE account = @account AND key_id = @keyId`,
  ),
  delete: db.prepare('DELETE FROM key_pairs WHERE account = ? AND key_id = ?'),
  find: db.prepare<[string, string], Row>(`SELECT ${columns} FROM key_pairs WHERE account = ? AND key_id = ?`),
  named: db.prepare('SELECT 1 FROM key_pairs WHERE account = ? AND name_scope = ? AND key_name = ?'),
  count: db
    .prepare<[string, number], number>('SELECT count(*) FROM key_pairs WHERE account = ? AND name_scope = ?')
    .pluck(),
  instancesOf: db
    .prepare<[string, string], string>(
      'SELECT instance_id FROM bindings WHERE account = ? AND key_id = ? ORDER BY instance_id',
    )
    .pluck(),
  lastComment: db.prepare<[string], number>('SELECT last FROM comment_numbers WHERE account = ?').pluck(),
  setLastComment: db.prepare(
    'INSERT INTO comment_numbers VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET last = excluded.last',
  ),
})

interface Search {
  readonly rows: Database.Statement<unknown[], Row>
  readonly count: Database.Statement<unknown[], number>
}

/** Statements for each combination of conditions, prepared at its first use; every one uses an index. */
function searches(db: Database.Database): (query: KeyPairQuery) => Search & { readonly values: readonly string[] } {
  const prepared = new Map<string, Search>()
  return ({ keyIds, keyNames, projectIds }) => {
    const conditions = Object.entries({ key_id: keyIds, key_name: keyNames, project_id: projectIds }).flatMap(
      ([column, wanted]) => (wanted ? [{ column, wanted: JSON.stringify(wanted) }] : []),
    )
    const where = ['account = ?', ...conditions.map(({ column }) => `${column} IN (SELECT value FROM json_each(?))`)]
    const condition = where.join(' AND ')
    const search = prepared.get(condition) ?? {
      rows: db.prepare<unknown[], Row>(
        `SELECT ${columns} FROM key_pairs WHERE ${condition} ORDER BY created_time DESC, sequence DESC LIMIT ? OFFSET ?`,
      ),
      count: db.prepare<unknown[], number>(`SELECT count(*) FROM key_pairs WHERE ${condition}`).pluck(),
    }
    prepared.set(condition, search)
    return { ...search, values: conditions.map(({ wanted }) => wanted) }
  }
}

/** The last column of the unique index that refused a row; whatever else went wrong is thrown again. */
function violated(error: unknown): string | undefined {
  if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
  return error.message.split(', ').at(-1)
}
