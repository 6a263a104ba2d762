import type Database from 'better-sqlite3'
import type { StartingState } from './store.ts'
import { everyAccount } from './tables.ts'

/** The starting states: the one of the process, and the stored documents that replace it. */
export interface StartTable {
  readonly of: StartingState
  /** Stores a document as the starting state of one account or of all accounts, for the next `reload`. */
  set(document: object, account?: string): void
  /** The stored document for all accounts. */
  document(): object | undefined
  /** Reads the stored documents again. */
  reload(): void
}

export function startTable(
  db: Database.Database,
  initial: StartingState,
  startFrom: (document: object) => StartingState,
): StartTable {
  const select = db.prepare<[], { account: string; document: string }>('SELECT account, document FROM starts')
  const upsert = db.prepare(
    'INSERT INTO starts VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET document = excluded.document',
  )
  let documents = new Map<string, object>()
  let states = new Map<string, StartingState>()
  const reload = () => {
    documents = new Map(select.all().map(({ account, document }) => [account, JSON.parse(document)]))
    states = new Map([...documents].map(([account, document]) => [account, startFrom(document)]))
  }
  reload()
  return {
    of(account) {
      const state = account === undefined ? undefined : states.get(account)
      return state ? state() : (states.get(everyAccount) ?? initial)(account)
    },
    set(document, account = everyAccount) {
      upsert.run(account, JSON.stringify(document))
    },
    document: () => documents.get(everyAccount),
    reload,
  }
}
