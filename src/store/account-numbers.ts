import type Database from 'better-sqlite3'
import { increment, maxCount } from '../system/limits.ts'
import { everyAccount } from './tables.ts'

/** The comment in the documented example is `skey_112168`; the numbers of each account start there. */
const firstComment = 112168

export type AccountNumbers = ReturnType<typeof accountNumbers>

/** Creates the access to the counters of each account. */
export function accountNumbers(db: Database.Database) {
  const lastComment = db.prepare<[string], number>('SELECT last_comment FROM account_numbers WHERE account = ?').pluck()
  const creates = db.prepare<[string], number>('SELECT creates FROM account_numbers WHERE account = ?').pluck()
  const raiseComment = db.prepare(
    'INSERT INTO account_numbers VALUES (?, ?, 0) ON CONFLICT (account) DO UPDATE SET last_comment = max(last_comment, excluded.last_comment)',
  )
  const count = db.prepare(
    `INSERT INTO account_numbers VALUES (?, ${firstComment - 1}, 1) ON CONFLICT (account) DO UPDATE SET creates = creates + 1`,
  )
  const usedUp = db.prepare(
    `SELECT 1 FROM account_numbers WHERE account IN (?, ?) AND max(last_comment, creates) >= ${maxCount}`,
  )
  const replace = db.prepare('INSERT OR REPLACE INTO account_numbers VALUES (?, ?, ?)')
  const select = db.prepare<[number], string>("SELECT account FROM account_numbers WHERE account > '' LIMIT ?").pluck()
  return {
    /** See `Store.someAccounts`. */
    accounts: (limit: number) => select.all(limit),
    /** The number in the comment of the account's next key pair. */
    nextComment: (account: string) => increment(lastComment.get(account) ?? firstComment - 1),
    useComment: (account: string, number: number) => void raiseComment.run(account, number),
    countCreate(account: string) {
      count.run(account)
      count.run(everyAccount)
    },
    /** Sets the counters that are given, for one account or for all accounts together. */
    set(comment: number | undefined, createCount: number | undefined, account = everyAccount) {
      const last = comment ?? lastComment.get(account) ?? firstComment - 1
      replace.run(account, last, createCount ?? creates.get(account) ?? 0)
    },
    /** See `KeyPairs.areNumbersUsedUp`. */
    areUsedUp: (account: string) => usedUp.get(account, everyAccount) !== undefined,
    /** See `Store.createCount`. */
    creates: (account = everyAccount) => creates.get(account) ?? 0,
  }
}
