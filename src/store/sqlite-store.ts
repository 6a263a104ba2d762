import type { Ids } from '../system/ids.ts'
import type { System } from '../system/system.ts'
import { accountNumbers } from './account-numbers.ts'
import { openDatabaseFile, openMemory } from './database-file.ts'
import { instanceTable } from './instance-table.ts'
import { keyPairTable } from './key-pair-table.ts'
import { limitTable } from './limit-table.ts'
import { applyNameScope, assertNoConflicts } from './name-scope.ts'
import { seed } from './populate.ts'
import { projectTable } from './project-table.ts'
import { snapshots } from './snapshot.ts'
import { startTable } from './start-table.ts'
import type { NameScope, Namespace, StartingState, Store } from './store.ts'
import { accountTables } from './tables.ts'

interface SqliteStoreOptions {
  /** The data folder; undefined keeps everything in memory. */
  readonly folder: string | undefined
  readonly nameScope: NameScope
  readonly startingState: StartingState
  /** The starting state that a document describes. */
  readonly startFrom?: (document: string) => StartingState
  readonly ids: Ids
  readonly system: System
  /** Hears of a starting state that contradicts itself or what is stored; may throw. */
  readonly onConflict?: (problem: string, account: string) => void
}

/** The store in SQLite. OperatorError when the folder's file cannot be used. */
export function openSqliteStore({
  folder,
  nameScope,
  startingState,
  startFrom = () => startingState,
  ids,
  system,
  onConflict,
}: SqliteStoreOptions): Store {
  const db =
    folder === undefined ? openMemory() : openDatabaseFile(folder, (file) => assertNoConflicts(file, nameScope))
  applyNameScope(db, nameScope)
  const numbers = accountNumbers(db)
  const starts = startTable(db, startingState, startFrom)
  const limits = limitTable(db)
  // Most never bind a key pair: then none is looked up in vain
  const bindings = { any: db.prepare('SELECT 1 FROM bindings LIMIT 1').get() !== undefined }
  const keyPairs = keyPairTable(db, nameScope, numbers, bindings)
  const projects = projectTable(db, starts.of)
  const instances = instanceTable(db, () => {
    bindings.any = true
  })
  const markSeeded = db.prepare('INSERT OR IGNORE INTO seeded_accounts VALUES (?)')
  const seeded = new Set<string>()

  /** An account gets its key pairs and instances when it is first used, and again after a reset. */
  const seedOnce = (own: Namespace) => {
    if (seeded.has(own.account)) return
    const start = starts.of(own.account)
    const { lastComment, creates } = start.numbers ?? {}
    if (start.keyPairs.length + start.instances.length === 0 && !start.numbers) return
    if (markSeeded.run(own.account).changes > 0) {
      seed(own, start, ids, system.now(), (problem) => onConflict?.(problem, own.account))
      if (start.numbers) numbers.set(lastComment, creates, own.account)
    }
  }

  const keyPairLimit = (account?: string) => limits.of(account) ?? starts.of(account).keyPairLimit

  const inTransaction = db.transaction((own: Namespace, work: () => unknown) => {
    // Again within each: a reset may have come between
    seedOnce(own)
    return work()
  })

  /** Many calls in a row are of one account. */
  let last: Namespace | undefined
  const namespace = (account: string): Namespace => {
    if (last?.account === account && seeded.has(account)) return last
    const own: Namespace = {
      account,
      nameScope,
      // Asked when it counts: it may have been changed while a key was waited for
      get keyPairLimit() {
        return keyPairLimit(account)
      },
      keyPairs: keyPairs(account),
      projects: projects(account),
      instances: instances(account),
      transaction<T>(work: () => T) {
        const result = inTransaction.immediate(own, work)
        seeded.add(account)
        return result as T
      },
    }
    if (!seeded.has(account)) own.transaction(() => {})
    last = own
    return own
  }

  const emptyAll = db.transaction(() => {
    for (const table of accountTables) db.exec(`DELETE FROM ${table}`)
  })
  const emptyAccount = accountTables.map((table) => db.prepare(`DELETE FROM ${table} WHERE account = ?`))
  const emptyOne = db.transaction((account: string) => {
    for (const statement of emptyAccount) statement.run(account)
  })

  /** The creates of all accounts count on from where the starting state leaves them. */
  const restoreCreateCount = () => {
    const { creates } = starts.of()
    if (creates !== undefined && numbers.creates() === 0) numbers.set(undefined, creates)
  }
  restoreCreateCount()

  const forget = () => {
    starts.reload()
    limits.reload()
    seeded.clear()
  }
  /** A throw leaves everything as it was, also what is remembered of it. */
  const atomically = (work: () => void) => {
    try {
      db.transaction(work).immediate()
    } finally {
      forget()
    }
  }

  return {
    namespace,
    commonProjects: projects(),
    createCount: numbers.creates,
    keyPairLimit,
    setKeyPairLimit: limits.set,
    snapshot: snapshots(db, numbers, namespace),
    loadedDocument: starts.document,
    reset(account, { fixtures = true } = {}) {
      atomically(() => {
        if (account === undefined) emptyAll()
        else emptyOne(account)
        if (!fixtures) starts.set('{}', account)
        starts.reload()
        restoreCreateCount()
      })
    },
    load(document, accounts) {
      atomically(() => {
        emptyAll()
        starts.set(document)
        forget()
        for (const account of accounts) namespace(account)
        restoreCreateCount()
      })
    },
    close: () => db.close(),
  }
}
