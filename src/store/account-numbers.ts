import type Database from 'better-sqlite3'
import { everyAccount } from './tables.ts'

/** The documented example's comment is `skey_112168`; an account's numbers start there. */
const firstComment = 112168

/** The numbers that rise in each account. */
export interface AccountNumbers {
  /** The number in the comment of the account's next key pair. */
  nextComment(account: string): number
  useComment(account: string, number: number): void
  countCreate(account: string): void
  /** Sets what is given, of one account or of all. */
  set(lastComment: number | undefined, creates: number | undefined, account?: string): void
  /** See `Store.createCount`. */
  creates(account?: string): number
}

export function accountNumbers(db: Database.Database): AccountNumbers {
  const last = db.prepare<[string], number>('SELECT last_comment FROM account_numbers WHERE account = ?').pluck()
  const creates = db.prepare<[string], number>('SELECT creates FROM account_numbers WHERE account = ?').pluck()
  const setLast = db.prepare(
    'INSERT INTO account_numbers VALUES (?, ?, 0) ON CONFLICT (account) DO UPDATE SET last_comment = max(last_comment, excluded.last_comment)',
  )
  const count = db.prepare(
    `INSERT INTO account_numbers VALUES (?, ${firstComment - 1}, 1) ON CONFLICT (account) DO UPDATE SET creates = creates + 1`,
  )
  const put = db.prepare('INSERT OR REPLACE INTO account_numbers VALUES (?, ?, ?)')
  return {
    nextComment: (account) => (last.get(account) ?? firstComment - 1) + 1,
    useComment: (account, number) => void setLast.run(account, number),
    countCreate(account) {
      count.run(account)
      count.run(everyAccount)
    },
    set(lastComment, made, account = everyAccount) {
      const comment = lastComment ?? last.get(account) ?? firstComment - 1
      put.run(account, comment, made ?? creates.get(account) ?? 0)
    },
    creates: (account = everyAccount) => creates.get(account) ?? 0,
  }
}
