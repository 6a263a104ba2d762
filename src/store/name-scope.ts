import type Database from 'better-sqlite3'
import { OperatorError } from '../system/errors.ts'
import type { NameScope } from './store.ts'

/** The value of the column `name_scope` when names are unique within the whole account. */
const wholeAccount = -1

/** Under which scope a key pair of this project counts and has its name. */
export const scopeOf = (nameScope: NameScope, projectId: number): number =>
  nameScope === 'account' ? wholeAccount : projectId

interface Conflict {
  account: string
  key_name: string
  pairs: string
}

/** Brings the stored rows under `nameScope`, after `assertNoConflicts`. */
export function applyNameScope(db: Database.Database, nameScope: NameScope): void {
  const scope = nameScope === 'account' ? `${wholeAccount}` : 'project_id'
  db.exec(`UPDATE key_pairs SET name_scope = ${scope} WHERE name_scope <> ${scope}`)
}

/** OperatorError that lists the names which were apart and would meet under `nameScope`. */
export function assertNoConflicts(db: Database.Database, nameScope: NameScope): void {
  if (nameScope === 'project') return
  const conflicts = db
    .prepare<[], Conflict>(
      `SELECT account, key_name, group_concat(key_id || ' in project ' || project_id, ', ' ORDER BY project_id) AS pairs
       FROM key_pairs GROUP BY account, key_name HAVING count(*) > 1 ORDER BY account, key_name`,
    )
    .all()
  if (conflicts.length === 0) return
  const lines = conflicts.map(({ account, key_name, pairs }) => `  ${account}: ${key_name} (${pairs})`)
  throw new OperatorError(
    [
      'These names are used more than once in an account, so --name-scope account cannot hold:',
      ...lines,
      'Start with --name-scope project, or with another --data FOLDER.',
    ].join('\n'),
  )
}
