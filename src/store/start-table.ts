import type Database from 'better-sqlite3'
import type { StartingState } from './store.ts'
import { everyAccount } from './tables.ts'

/** With what accounts start: as it was given at the start of the process, or as documents say that came later. */
export interface StartTable {
  readonly of: StartingState
  /** From now on, and after a restart, an account, or every one, starts as this document says. */
  set(document: string, account?: string): void
  /** The document that every account starts from, if there is one. */
  document(): string | undefined
  /** Reads again what the table holds. */
  reload(): void
}

export function startTable(
  db: Database.Database,
  given: StartingState,
  startFrom: (document: string) => StartingState,
): StartTable {
  const all = db.prepare<[], { account: string; document: string }>('SELECT account, document FROM starts')
  const put = db.prepare(
    'INSERT INTO starts VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET document = excluded.document',
  )
  let documents = new Map<string, string>()
  let states = new Map<string, StartingState>()
  const reload = () => {
    documents = new Map(all.all().map(({ account, document }) => [account, document]))
    states = new Map([...documents].map(([account, document]) => [account, startFrom(document)]))
  }
  reload()
  return {
    of(account) {
      const own = account === undefined ? undefined : states.get(account)
      return own ? own() : (states.get(everyAccount) ?? given)(account)
    },
    set(document, account = everyAccount) {
      put.run(account, document)
      reload()
    },
    document: () => documents.get(everyAccount),
    reload,
  }
}
