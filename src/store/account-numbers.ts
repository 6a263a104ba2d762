import type Database from 'better-sqlite3'
import { increment, maxCount } from '../system/limits.ts'
import { type AccountKeys, everyAccount } from './account-keys.ts'
import type { StartingNumbers } from './start.ts'

/** The comment in the documented example is `skey_112168`; the numbers of each account start there. */
const firstComment = 112168

export type AccountNumbers = ReturnType<typeof accountNumbers>

/** Creates the access to the counters of each account: `account` is the value of the column. */
export function accountNumbers(db: Database.Database, keys: AccountKeys) {
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
  return {
    /** The number in the comment of the account's next key pair. */
    nextComment: (account: string) => increment(lastComment.get(account) ?? firstComment - 1),
    useComment: (account: string, number: number) => void raiseComment.run(account, number),
    countCreate(account: string) {
      count.run(account)
      count.run(keys.of(everyAccount))
    },
    /** Sets the counters that are given, for one account or for all accounts together. */
    set(account: string, { lastComment: comment, creates: createCount }: StartingNumbers) {
      const last = comment ?? lastComment.get(account) ?? firstComment - 1
      replace.run(account, last, createCount ?? creates.get(account) ?? 0)
    },
    /** See `KeyPairs.areNumbersUsedUp`. */
    areUsedUp: (account: string) => usedUp.get(account, keys.of(everyAccount)) !== undefined,
    /** See `Store.createCount`. */
    creates: (account = keys.of(everyAccount)) => creates.get(account) ?? 0,
  }
}
