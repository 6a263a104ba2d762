import type Database from 'better-sqlite3'

/** Stands for all creates of all accounts, also of those that were reset since; no account is called so. */
const allAccounts = ''

/** How many creates have succeeded, of each account and in all. */
export function createCounts(db: Database.Database) {
  const count = db.prepare<[string], number>('SELECT creates FROM create_counts WHERE account = ?').pluck()
  const bump = db.prepare(
    'INSERT INTO create_counts VALUES (?, 1) ON CONFLICT (account) DO UPDATE SET creates = creates + 1',
  )
  return {
    of: (account = allAccounts): number => count.get(account) ?? 0,
    add(account: string): void {
      bump.run(account)
      bump.run(allAccounts)
    },
  }
}
