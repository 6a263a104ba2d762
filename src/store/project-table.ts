import type Database from 'better-sqlite3'
import { type AccountKeys, everyAccount } from './account-keys.ts'
import type { Project } from './records.ts'
import type { StartingState } from './start.ts'
import type { Projects } from './store.ts'

interface Row extends Omit<Project, 'createdTime'> {
  readonly createdTime: number
}

/**
 * Creates the access to the projects of an account or, without one, to the projects that every account has. The removal of a
 * project of the starting state is stored (docs/behaviour.md#removed-projects).
 */
export function projectTable(
  db: Database.Database,
  keys: AccountKeys,
  startOf: StartingState,
): (account?: string) => Projects {
  const select = `SELECT project_id AS projectId, project_name AS projectName, project_info AS projectInfo,
    created_time AS createdTime FROM projects WHERE account IN (@every, @account) AND NOT EXISTS (SELECT 1
      FROM removed_projects AS removed WHERE projects.account = @every AND removed.account = @account
      AND removed.project_id = projects.project_id)`
  const inserted = db.prepare<object, Row>(select)
  const findInserted = db.prepare(`${select} AND project_id = @projectId`)
  const insert = db.prepare(
    'INSERT INTO projects VALUES (@account, @projectId, @projectName, @projectInfo, @createdTime)',
  )
  const removed = db
    .prepare<[string, string], number>('SELECT project_id FROM removed_projects WHERE account IN (?, ?)')
    .pluck()
  const findRemoved = db.prepare('SELECT 1 FROM removed_projects WHERE account IN (?, ?) AND project_id = ?')
  const drop = db.prepare('DELETE FROM projects WHERE account = ? AND project_id = ?')
  const markRemoved = db.prepare('INSERT INTO removed_projects VALUES (?, ?)')
  const unmarkRemoved = db.prepare('DELETE FROM removed_projects WHERE ? IN (?, account) AND project_id = ?')

  // Made once, because to make one costs more than most calls
  const inTransaction = db.transaction((work: () => boolean) => work())

  return (name = everyAccount) => {
    const every = keys.of(everyAccount)
    const account = keys.of(name)
    const has = (projectId: number) =>
      (startOf(name).projects.some((project) => project.projectId === projectId) &&
        findRemoved.get(every, account, projectId) === undefined) ||
      findInserted.get({ every, account, projectId }) !== undefined
    return {
      list() {
        const rows = inserted.all({ every, account })
        const added = rows.map((row) => ({ ...row, createdTime: new Date(row.createdTime) }))
        const hidden = new Set(removed.all(every, account))
        const atStart = startOf(name).projects.filter(({ projectId }) => !hidden.has(projectId))
        const byId = new Map([...atStart, ...added].map((project) => [project.projectId, project]))
        return [...byId.values()].sort((a, b) => a.projectId - b.projectId)
      },
      has,
      add: (project) =>
        inTransaction(() => {
          const { projectId, createdTime } = project
          const isNew = !has(projectId)
          // A project of every account is given to those that had removed it, too
          unmarkRemoved.run(account, every, projectId)
          if (isNew) insert.run({ ...project, account, createdTime: +createdTime })
          return isNew
        }),
      remove: (projectId) =>
        inTransaction(() => {
          if (!has(projectId)) return false
          drop.run(account, projectId)
          if (has(projectId)) markRemoved.run(account, projectId)
          return true
        }),
    }
  }
}
