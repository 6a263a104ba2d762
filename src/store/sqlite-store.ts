import Database from 'better-sqlite3'
import { messageOf } from '../system/errors.ts'
import { accountKeys, everyAccount, nameOf } from './account-keys.ts'
import { accountNumbers } from './account-numbers.ts'
import { accountSearch } from './account-search.ts'
import { createFileCheck, openDatabaseFile, openMemory, toOpenError } from './database-file.ts'
import { documentLoads } from './document-load.ts'
import { documentTable } from './document-table.ts'
import { instanceTable, ownerSearch } from './instance-table.ts'
import { keyPairTable } from './key-pair-table.ts'
import { applyNameScope, assertNoConflicts } from './name-scope.ts'
import { createNamespaces } from './namespaces.ts'
import { createPopulation, type PopulationParts } from './populate.ts'
import { projectTable } from './project-table.ts'
import { createReset } from './reset.ts'
import type { StartDocument, StartingState } from './start.ts'
import { limitTable, startTable } from './start-table.ts'
import type { NameScope, Store } from './store.ts'
import { accountTables, schemaVersion } from './tables.ts'
import { unneededRows } from './unneeded-rows.ts'

const { SqliteError } = Database

interface SqliteStoreOptions extends PopulationParts {
  /** The data folder; undefined keeps everything in memory. */
  readonly folder: string | undefined
  readonly nameScope: NameScope
  readonly startingState: StartingState
  /** Converts a loaded document to the starting state that it describes; without one, that of the options alone. */
  readonly startFrom?: (document?: StartDocument) => StartingState
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
  const keys = accountKeys(db)
  const numbers = accountNumbers(db, keys)
  const documents = documentTable(db, keys)
  const starts = startTable(db, keys, documents, startingState, startFrom)
  const limits = limitTable(db, keys, starts.startOf)
  const projects = projectTable(db, keys, starts.startOf)
  const bindings = { exist: db.prepare('SELECT 1 FROM bindings LIMIT 1').get() !== undefined }
  const keyPairs = keyPairTable(db, nameScope, numbers, bindings)
  const instances = instanceTable(db, bindings)
  const populate = createPopulation(db, starts.startOf, numbers, options)
  const access = { db, keys, assertFileInPlace, nameScope, limits, keyPairs, instances, projects, populate }
  const namespaces = createNamespaces(access)
  const tables = accountTables(db)
  const unneeded = unneededRows(db, keys, tables, assertFileInPlace)
  const search = accountSearch(db, tables)
  const clearCaches = () => {
    keys.reload()
    starts.reload()
    namespaces.clearCache()
  }
  const loads = documentLoads({
    ...{ db, keys, documents, numbers, keyPairs, instances, assertFileInPlace, clearCaches, population: options },
    onUnneeded: unneeded.start,
  })
  /** The count of all creates continues from the one in the starting state. */
  const restoreCreateCount = () => {
    const { creates } = starts.startOf()
    if (creates !== undefined && numbers.creates() === 0) {
      numbers.set(keys.of(everyAccount), { lastComment: undefined, creates })
    }
  }
  restoreCreateCount()
  // What a process that was killed had not deleted yet
  if (!db.memory) unneeded.start()

  return {
    namespace: namespaces.of,
    get commonProjects() {
      assertFileInPlace()
      return projects()
    },
    createCount: (account = everyAccount) => numbers.creates(keys.of(account)),
    keyPairLimit: limits.keyPairLimit,
    setKeyPairLimit(limit, account) {
      assertFileInPlace()
      limits.setKeyPairLimit(limit, account)
    },
    accounts: (after, limit) => search.page(keys.of(after), keys.range().to, limit).map(nameOf),
    hasAccount: (account) => search.isUsed(keys.of(account)),
    ownerOf: ownerSearch(db, keys),
    lastComment: (account) => numbers.nextComment(keys.of(account)) - 1,
    loadedDocument: starts.document,
    reset: createReset({
      ...{ db, keys, tables, assertFileInPlace, clearCaches, restoreCreateCount, unneeded },
      dropFixtures: starts.dropFixtures,
      noteReplacement: loads.noteReplacement,
    }),
    load: loads.load,
    checkWritable() {
      try {
        assertFileInPlace()
        // What a full disk has kept from being deleted
        unneeded.deleteSome()
        // Writes a page, although the value stays the same
        db.pragma(`user_version = ${schemaVersion}`)
        return undefined
      } catch (error) {
        return messageOf(error)
      }
    },
    close() {
      unneeded.stop()
      db.close()
    },
  }
}
