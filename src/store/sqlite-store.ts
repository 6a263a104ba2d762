import Database from 'better-sqlite3'
import { openDatabaseFile, openMemory } from './database-file.js'
import { applyNameScope, scopeOf } from './name-scope.js'
import type { KeyPair, NameScope, Namespace, NewKeyPair, StartingState, Store } from './store.js'

/** Stands for "every account" in the table of added projects; no account is called so. */
const everyAccount = ''

/** The documented example's comment is `skey_112168`; an account's numbers start there. */
const firstCommentNumber = 112168

interface SqliteStoreOptions {
  /** The data folder; undefined keeps everything in memory. */
  readonly folder: string | undefined
  readonly nameScope: NameScope
  readonly startingState: StartingState
}

/** The store in SQLite. OperatorError when the folder's file cannot be used. */
export function openSqliteStore({ folder, nameScope, startingState }: SqliteStoreOptions): Store {
  const db = folder === undefined ? openMemory() : openDatabaseFile(folder)
  try {
    applyNameScope(db, nameScope)
  } catch (error) {
    db.close()
    throw error
  }
  const statements = prepare(db)

  const projectIds = (account = everyAccount): number[] => {
    const added = statements.projects.all(everyAccount, account)
    const start = account === everyAccount ? startingState() : startingState(account)
    return [...new Set([...start.projectIds, ...added])].sort((a, b) => a - b)
  }

  const insertKeyPair = (account: string, pair: NewKeyPair): KeyPair | undefined => {
    const { newKeyId, ...rest } = pair
    const keyPair = { keyId: newKeyId(), ...rest }
    const row = { ...keyPair, account, scope: scopeOf(nameScope, pair.projectId), createdTime: +pair.createdTime }
    try {
      statements.insert.run(row)
      return keyPair
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
      if (error.message.includes('key_pairs.key_name')) return undefined
      return insertKeyPair(account, pair)
    }
  }

  const namespace = (account: string): Namespace => ({
    account,
    nameScope,
    keyPairLimit: startingState(account).keyPairLimit,
    transaction: (work) => db.transaction(work).immediate(),
    projectIds: () => projectIds(account),
    countKeyPairs: (projectId) => statements.count.get(account, scopeOf(nameScope, projectId)) ?? 0,
    hasKeyPairNamed: (projectId, keyName) =>
      statements.named.get(account, scopeOf(nameScope, projectId), keyName) !== undefined,
    insertKeyPair: (keyPair) => insertKeyPair(account, keyPair),
    deleteKeyPair: (keyId) => statements.delete.run(account, keyId).changes > 0,
    nextCommentNumber: () => statements.nextComment.get(account, firstCommentNumber) ?? firstCommentNumber,
  })

  return {
    namespace,
    projectIds,
    addProject: (projectId, account = everyAccount) =>
      !projectIds(account).includes(projectId) && statements.addProject.run(account, projectId).changes > 0,
    reset: () =>
      db.exec('BEGIN IMMEDIATE; DELETE FROM key_pairs; DELETE FROM projects; DELETE FROM comment_numbers; COMMIT'),
    close: () => db.close(),
  }
}

const prepare = (db: Database.Database) => ({
  insert: db.prepare(
    `INSERT INTO key_pairs (account, name_scope, key_id, key_name, project_id, description, public_key, created_time)
     VALUES (@account, @scope, @keyId, @keyName, @projectId, @description, @publicKey, @createdTime)`,
  ),
  delete: db.prepare('DELETE FROM key_pairs WHERE account = ? AND key_id = ?'),
  named: db.prepare('SELECT 1 FROM key_pairs WHERE account = ? AND name_scope = ? AND key_name = ?'),
  count: db
    .prepare<[string, number], number>('SELECT count(*) FROM key_pairs WHERE account = ? AND name_scope = ?')
    .pluck(),
  nextComment: db
    .prepare<[string, number], number>(
      `INSERT INTO comment_numbers (account, last) VALUES (?, ?)
       ON CONFLICT (account) DO UPDATE SET last = last + 1 RETURNING last`,
    )
    .pluck(),
  projects: db.prepare<[string, string], number>('SELECT project_id FROM projects WHERE account IN (?, ?)').pluck(),
  addProject: db.prepare('INSERT OR IGNORE INTO projects (account, project_id) VALUES (?, ?)'),
})
