import type Database from 'better-sqlite3'
import type { AccountNumbers } from './account-numbers.ts'
import type { Namespace, Snapshot } from './store.ts'

/** Reads what each account has that has anything, oldest first. */
export function snapshots(db: Database.Database, numbers: AccountNumbers, namespace: (account: string) => Namespace) {
  const accounts = db
    .prepare<[], string>(
      `SELECT account FROM key_pair_counts WHERE account > '' UNION SELECT account FROM account_numbers WHERE account > ''
       UNION SELECT account FROM projects WHERE account > '' UNION SELECT account FROM instances WHERE account > ''
       UNION SELECT account FROM seeded_accounts WHERE account > '' UNION SELECT account FROM limits WHERE account > ''
       UNION SELECT account FROM starts WHERE account > ''`,
    )
    .pluck()
  return (): Snapshot[] =>
    accounts.all().map((account) => {
      const own = namespace(account)
      const { page } = own.keyPairs.list({}, { offset: 0, limit: Number.MAX_SAFE_INTEGER })
      return {
        account,
        projects: own.projects.list(),
        keyPairLimit: own.keyPairLimit,
        keyPairs: [...page].sort((a, b) => a.sequence - b.sequence),
        instances: own.instances.list(undefined).reverse(),
        lastComment: numbers.nextComment(account) - 1,
        creates: numbers.creates(account),
      }
    })
}
