import Database from 'better-sqlite3'
import { messageOf } from '../system/errors.ts'
import { accountNumbers } from './account-numbers.ts'
import { createFileCheck, openDatabaseFile, openMemory, toOpenError } from './database-file.ts'
import { instanceTable, ownerSearch } from './instance-table.ts'
import { keyPairTable } from './key-pair-table.ts'
import { applyNameScope, assertNoConflicts } from './name-scope.ts'
import { createPopulation, type PopulationParts } from './populate.ts'
import { projectTable } from './project-table.ts'
import type { StartingState } from './start.ts'
import { limitTable, startTable } from './start-table.ts'
import type { NameScope, Namespace, Store } from './store.ts'
import { accountTables, schemaVersion } from './tables.ts'

const { SqliteError } = Database

interface SqliteStoreOptions extends PopulationParts {
  /** The data folder; undefined keeps everything in memory. */
  readonly folder: string | undefined
  readonly nameScope: NameScope
  readonly startingState: StartingState
  /** Converts a stored document to the starting state that it describes. */
  readonly startFrom?: (document: object) => StartingState
}

/** Opens the store in SQLite. OperatorError when the file in the folder cannot be used. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { folder, nameScope } = options
  if (folder === undefined) return createStore(openMemory(), options)
  const db = openDatabaseFile(folder, (file) => assertNoConflicts(file, nameScope))
  try {
    return createStore(db, options)
  } catch (error) {
    db.close()
    // The first write of a start may find that the disk is full
    throw error instanceof SqliteError ? toOpenError(folder, error) : error
  }
}

function createStore(db: Database.Database, options: SqliteStoreOptions): Store {
  const { nameScope, startingState, startFrom = () => startingState } = options
  const assertFileInPlace = createFileCheck(db)
  applyNameScope(db, nameScope)
  const numbers = accountNumbers(db)
  const starts = startTable(db, startingState, startFrom)
  const limits = limitTable(db, starts.startOf)
  const projects = projectTable(db, starts.startOf)
  const commonProjects = projects()
  const bindings = { exist: db.prepare('SELECT 1 FROM bindings LIMIT 1').get() !== undefined }
  const keyPairs = keyPairTable(db, nameScope, numbers, bindings)
  const instances = instanceTable(db, bindings)
  const populate = createPopulation(db, starts.startOf, numbers, options)
  const namespaces = createNamespaces(db, assertFileInPlace, populate, (account, transaction) => ({
    account,
    nameScope,
    keyPairLimit: () => limits.keyPairLimit(account),
    keyPairs: keyPairs(account),
    projects: projects(account),
    instances: instances(account),
    transaction,
  }))
  const tables = accountTables(db)
  // What these have belongs to a row of another table
  const dependent = ['key_pairs', 'tags', 'bindings']
  const owning = tables.filter((table) => !dependent.includes(table))
  const inEach = owning.map((table) => `SELECT account FROM ${table} WHERE account > ''`)
  const accounts = db.prepare<[], string>(inEach.join(' UNION ')).pluck()
  const hasRow = tables.map((table) => db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE account = ? LIMIT 1`))
  const empty = (account?: string) => {
    for (const table of tables) {
      if (account === undefined) db.exec(`DELETE FROM ${table}`)
      else db.prepare(`DELETE FROM ${table} WHERE account = ?`).run(account)
    }
  }
  /** The count of all creates continues from the one in the starting state. */
  const restoreCreateCount = () => {
    const { creates } = starts.startOf()
    if (creates !== undefined && numbers.creates() === 0) numbers.set(undefined, creates)
  }
  restoreCreateCount()

  const clearCaches = () => {
    starts.reload()
    namespaces.clearCache()
  }
  /** Empties one account or all, which start anew from `document`, if it is given, and populates `accounts`. */
  const restart = (account: string | undefined, document: object | undefined, accounts: readonly string[]) => {
    assertFileInPlace()
    const work = db.transaction(() => {
      empty(account)
      if (document) starts.set(document, account)
      clearCaches()
      for (const name of accounts) namespaces.of(name)
      restoreCreateCount()
    })
    try {
      work.immediate()
    } finally {
      // The caches are cleared after a rollback, too
      clearCaches()
    }
  }

  return {
    namespace: namespaces.of,
    get commonProjects() {
      assertFileInPlace()
      return commonProjects
    },
    createCount: numbers.creates,
    keyPairLimit: limits.keyPairLimit,
    setKeyPairLimit(limit, account) {
      assertFileInPlace()
      limits.setKeyPairLimit(limit, account)
    },
    accounts: () => accounts.all(),
    hasAccount: (account) => hasRow.some((query) => query.get(account) !== undefined),
    someAccounts: numbers.accounts,
    ownerOf: ownerSearch(db),
    lastComment: (account) => numbers.nextComment(account) - 1,
    loadedDocument: starts.document,
    reset: (account, { fixtures = true } = {}) => restart(account, fixtures ? undefined : {}, []),
    load: (document, accounts) => restart(undefined, document, accounts),
    checkWritable() {
      try {
        assertFileInPlace()
        // Writes a page, although the value stays the same
        db.pragma(`user_version = ${schemaVersion}`)
        return undefined
      } catch (error) {
        return messageOf(error)
      }
    },
    close: () => db.close(),
  }
}

/** So many accounts are remembered as populated. */
const maxPopulated = 10_000

function createNamespaces(
  db: Database.Database,
  assertFileInPlace: () => void,
  populate: (namespace: Namespace) => void,
  create: (account: string, transaction: Namespace['transaction']) => Namespace,
) {
  /** The accounts whose population is committed. */
  const populated = new Set<string>()

  const inTransaction = db.transaction((namespace: Namespace, work: () => unknown) => {
    assertFileInPlace()
    // Checked in each transaction because a reset may have happened since the namespace was created
    if (!populated.has(namespace.account)) populate(namespace)
    return work()
  })

  return {
    of(account: string): Namespace {
      assertFileInPlace()
      const namespace = create(account, <T>(work: () => T) => {
        const result = inTransaction.immediate(namespace, work)
        // The database knows, too, who was populated; this only saves the question
        if (populated.size >= maxPopulated) populated.clear()
        populated.add(account)
        return result as T
      })
      if (!populated.has(account)) namespace.transaction(() => {})
      return namespace
    },
    clearCache: () => populated.clear(),
  }
}
