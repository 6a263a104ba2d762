import type Database from 'better-sqlite3'
import type { AccountNumbers } from './account-numbers.ts'
import type { Namespace, Snapshot } from './store.ts'
import { accountTables } from './tables.ts'

/** Creates the function that reads everything of every account that has rows in any table. */
export function snapshots(db: Database.Database, numbers: AccountNumbers, namespaceOf: (account: string) => Namespace) {
  const accounts = db
    .prepare<[], string>(
      accountTables(db)
        .map((table) => `SELECT account FROM ${table} WHERE account > ''`)
        .join(' UNION '),
    )
    .pluck()
  return (): Snapshot[] =>
    accounts.all().map((account) => {
      const { projects, keyPairLimit, keyPairs, instances } = namespaceOf(account)
      const { page } = keyPairs.list({}, { offset: 0, limit: Number.MAX_SAFE_INTEGER })
      return {
        account,
        projects: projects.list(),
        keyPairLimit,
        keyPairs: [...page].sort((a, b) => a.sequence - b.sequence),
        instances: instances.list(undefined).reverse(),
        lastComment: numbers.nextComment(account) - 1,
        creates: numbers.creates(account),
      }
    })
}
