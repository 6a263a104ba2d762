import type Database from 'better-sqlite3'
import type { StartingState } from './start.ts'
import type { Store } from './store.ts'
import { everyAccount } from './tables.ts'

/** Creates the access to the starting states: the one of the process, and the stored documents that replace it. */
export function startTable(
  db: Database.Database,
  initial: StartingState,
  startFrom: (document: object) => StartingState,
) {
  const select = db.prepare<[], { account: string; document: string }>('SELECT account, document FROM starts')
  const replace = db.prepare('INSERT OR REPLACE INTO starts VALUES (?, ?)')
  let documents = new Map<string, object>()
  let states = new Map<string, StartingState>()
  /** Reads the stored documents again. */
  const reload = () => {
    documents = new Map(select.all().map(({ account, document }) => [account, JSON.parse(document)]))
    states = new Map([...documents].map(([account, document]) => [account, startFrom(document)]))
  }
  reload()
  const startOf: StartingState = (account = everyAccount) =>
    states.get(account)?.() ?? (states.get(everyAccount) ?? initial)(account)
  return {
    startOf,
    /** Stores a document as the starting state of one account or of all accounts, for the next `reload`. */
    set: (document: object, account = everyAccount) => void replace.run(account, JSON.stringify(document)),
    /** The stored document for all accounts. */
    document: () => documents.get(everyAccount),
    reload,
  }
}

/** Creates the access to the key-pair limits: those that were set at run time, else those of the starting states. */
export function limitTable(
  db: Database.Database,
  startOf: StartingState,
): Pick<Store, 'keyPairLimit' | 'setKeyPairLimit'> {
  const find = db.prepare<[string], number>('SELECT key_pairs FROM limits WHERE account = ?').pluck()
  const replace = db.prepare('INSERT OR REPLACE INTO limits VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM limits WHERE account = ?')
  return {
    keyPairLimit: (account = everyAccount) =>
      find.get(account) ?? find.get(everyAccount) ?? startOf(account).keyPairLimit,
    setKeyPairLimit(limit, account = everyAccount) {
      if (limit === undefined) remove.run(account)
      else replace.run(account, limit)
    },
  }
}
