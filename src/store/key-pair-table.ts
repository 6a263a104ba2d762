import Database from 'better-sqlite3'
import type { AccountNumbers } from './account-numbers.ts'
import type { Bindings } from './instance-table.ts'
import { keyPairListing } from './key-pair-listing.ts'
import { columns, type KeyPairRow, keyPairCounts, keyPairSearch } from './key-pair-search.ts'
import { scopeOf } from './name-scope.ts'
import type { KeyPair, NewKeyPair } from './records.ts'
import type { KeyPairs, NameScope } from './store.ts'
import { fingerprintOf } from './tables.ts'
import { type TagTable, tagTable } from './tag-table.ts'

/** See `KeyPairs.pages`. */
const pageLength = 100

/** Creates the access to the key pairs of an account, of which it takes the value of the column. */
export function keyPairTable(
  db: Database.Database,
  nameScope: NameScope,
  numbers: AccountNumbers,
  bindings: Readonly<Bindings>,
): (account: string) => KeyPairs {
  const sql = prepare(db)
  const counts = keyPairCounts(db)
  const tagsTable = tagTable(db)
  const search = keyPairSearch(db, counts, tagsTable)
  const searchListing = keyPairListing(db, counts)
  const insert = createInsert(db, nameScope, numbers, tagsTable)

  return (account) => {
    const toKeyPair = (row: KeyPairRow): KeyPair => ({
      ...row,
      createdTime: new Date(row.createdTime),
      usedByImage: row.usedByImage === 1,
      associatedInstanceIds: bindings.exist ? sql.instancesOf.all(account, row.keyId) : [],
      tags: tagsTable.of(account, row.keyId),
    })

    return {
      count: (projectId) => (nameScope === 'account' ? counts.all(account) : counts.inProject(account, projectId)),
      areNumbersUsedUp: () => numbers.areUsedUp(account),
      hasName: (projectId, keyName) => sql.withName.get(account, scopeOf(nameScope, projectId), keyName) !== undefined,
      find(keyId) {
        const row = sql.find.get(account, keyId)
        return row && toKeyPair(row)
      },
      list(query, page) {
        const { total, rows } = search(account, query, page)
        return { total, page: rows.map(toKeyPair) }
      },
      search(listing, page) {
        const { total, rows } = searchListing(account, listing, page)
        return { total, page: rows.map(toKeyPair) }
      },
      *pages() {
        for (let last = { createdTime: Number.MIN_SAFE_INTEGER, sequence: 0 }; ; ) {
          const rows = sql.page.all(account, last.createdTime, last.sequence)
          yield rows.map(toKeyPair)
          if (rows.length < pageLength) return
          last = rows.at(-1) ?? last
        }
      },
      insert: (keyPair) => insert(account, keyPair),
      update(keyId, { keyName, description }) {
        try {
          sql.update.run({ account, keyId, keyName: keyName ?? null, description: description ?? null })
          return true
        } catch (error) {
          violatedColumn(error)
          return false
        }
      },
      setTags(keyId, tags) {
        tagsTable.remove(account, keyId)
        tagsTable.add(account, keyId, tags)
      },
      delete: (keyId) => sql.delete.run(account, keyId).changes > 0,
    }
  }
}

function createInsert(db: Database.Database, nameScope: NameScope, numbers: AccountNumbers, tagsTable: TagTable) {
  const statement = db.prepare(
    `INSERT INTO key_pairs VALUES (NULL, @account, @scope, @keyId, @keyName, @projectId, @description, @publicKey,
       @createdTime, @usedByImage, @fingerprint)`,
  )
  const insertRow = (
    row: Record<string, unknown>,
    newKeyId: (attempt: number) => string,
    attempt = 0,
  ): { keyId: string; sequence: number } | 'name taken' | 'key taken' => {
    const keyId = newKeyId(attempt)
    try {
      return { keyId, sequence: Number(statement.run({ ...row, keyId }).lastInsertRowid) }
    } catch (error) {
      const column = violatedColumn(error)
      if (column === 'key_pairs.name_scope') return 'name taken'
      if (column === 'key_pairs.fingerprint') return 'key taken'
      return insertRow(row, newKeyId, attempt + 1)
    }
  }

  return (account: string, keyPair: NewKeyPair): ReturnType<KeyPairs['insert']> => {
    const { newKeyId, generated, comment, tags = [], keyName, projectId, createdTime } = keyPair
    const { description = '', usedByImage = false } = keyPair
    const number = comment ?? numbers.nextComment(account)
    const publicKey = `${keyPair.publicKey} skey_${number}`
    const stored = { keyName, projectId, description, publicKey, createdTime, usedByImage }
    const row = {
      ...stored,
      account,
      scope: scopeOf(nameScope, projectId),
      createdTime: +createdTime,
      usedByImage: Number(usedByImage),
      fingerprint: fingerprintOf(publicKey),
    }
    const inserted = insertRow(row, (attempt) => newKeyId(number, attempt))
    // A generated key that is already taken, because it was imported before, is used up too
    if (generated && inserted !== 'name taken') numbers.countCreate(account)
    if (typeof inserted === 'string') return inserted
    tagsTable.add(account, inserted.keyId, tags)
    numbers.useComment(account, number)
    return { ...inserted, ...stored, associatedInstanceIds: [], tags }
  }
}

const prepare = (db: Database.Database) => ({
  update: db.prepare(
    `UPDATE key_pairs SET key_name = coalesce(@keyName, key_name), description = coalesce(@description, description)
     WHERE account = @account AND key_id = @keyId`,
  ),
  delete: db.prepare('DELETE FROM key_pairs WHERE account = ? AND key_id = ?'),
  find: db.prepare<string[], KeyPairRow>(`SELECT ${columns} FROM key_pairs WHERE account = ? AND key_id = ?`),
  page: db.prepare<[string, number, number], KeyPairRow>(
    `SELECT ${columns} FROM key_pairs WHERE account = ? AND (created_time, sequence) > (?, ?)
     ORDER BY created_time, sequence LIMIT ${pageLength}`,
  ),
  withName: db.prepare('SELECT 1 FROM key_pairs WHERE account = ? AND name_scope = ? AND key_name = ?'),
  instancesOf: db
    .prepare<string[], string>('SELECT instance_id FROM bindings WHERE account = ? AND key_id = ? ORDER BY instance_id')
    .pluck(),
})

/** The last column of the unique index that a row violates. Any other error is thrown again. */
function violatedColumn(error: unknown): string | undefined {
  if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
  return error.message.split(', ').at(-1)
}
