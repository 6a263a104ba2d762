import type Database from 'better-sqlite3'
import { OperatorError } from '../system/errors.ts'
import { currentRange, nameOf } from './account-keys.ts'
import type { NameScope } from './store.ts'

/** The value of the column `name_scope` when names are unique within the account. */
const accountScope = -1

/** The value of the column `name_scope` for a key pair of this project. */
export const scopeOf = (nameScope: NameScope, projectId: number): number =>
  nameScope === 'account' ? accountScope : projectId

/** Changes the rows of the current state to `nameScope`. Requires `assertNoConflicts`, which looks at no others, either. */
export function applyNameScope(db: Database.Database, nameScope: NameScope): void {
  const scope = nameScope === 'account' ? `${accountScope}` : 'project_id'
  db.prepare(
    `UPDATE key_pairs SET name_scope = ${scope} WHERE name_scope <> ${scope} AND account > @from AND account < @to`,
  ).run(currentRange(db))
}

/** Throws an OperatorError that lists the names which are not unique under `nameScope`. */
export function assertNoConflicts(db: Database.Database, nameScope: NameScope): void {
  if (nameScope === 'project') return
  // A database that an older version wrote has names of accounts in the column
  const range = currentRange(db)
  const conflicts = db
    .prepare<object, { account: string; key_name: string; pairs: string }>(
      `SELECT account, key_name, group_concat(key_id || ' in project ' || project_id, ', ' ORDER BY project_id) AS pairs
       FROM key_pairs WHERE @from IS NULL OR account > @from AND account < @to GROUP BY account, key_name HAVING count(*) > 1 ORDER BY account, key_name`,
    )
    .all(range ?? { from: null, to: null })
  if (conflicts.length === 0) return
  const lines = conflicts.map(
    ({ account, key_name, pairs }) => `  ${range ? nameOf(account) : account}: ${key_name} (${pairs})\n`,
  )
  throw new OperatorError(
    `--name-scope account is not possible because an account uses these names more than once:\n${lines.join('')}Start with --name-scope project, or choose another --data FOLDER.`,
  )
}
