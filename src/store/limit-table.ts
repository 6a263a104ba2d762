import type Database from 'better-sqlite3'
import { everyAccount } from './tables.ts'

/** The key-pair limits that were set at run time. */
export interface LimitTable {
  /** The limit of an account, or the one for all accounts; undefined when none was set. */
  of(account?: string): number | undefined
  set(limit: number | undefined, account?: string): void
  reload(): void
}

export function limitTable(db: Database.Database): LimitTable {
  const all = db.prepare<[], { account: string; key_pairs: number }>('SELECT account, key_pairs FROM limits')
  const upsert = db.prepare(
    'INSERT INTO limits VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET key_pairs = excluded.key_pairs',
  )
  const remove = db.prepare('DELETE FROM limits WHERE account = ?')
  // Kept in memory because each call that creates a key pair needs it
  let limits = new Map<string, number>()
  const reload = () => {
    limits = new Map(all.all().map(({ account, key_pairs }) => [account, key_pairs]))
  }
  reload()
  return {
    of: (account = everyAccount) => limits.get(account) ?? limits.get(everyAccount),
    set(limit, account = everyAccount) {
      if (limit === undefined) remove.run(account)
      else upsert.run(account, limit)
      reload()
    },
    reload,
  }
}
