import type Database from 'better-sqlite3'
import type { Project, Projects, StartingState } from './store.ts'
import { everyAccount } from './tables.ts'

interface Row extends Omit<Project, 'createdTime'> {
  readonly createdTime: number
}

/** Creates the access to the projects of an account or, without one, to the projects that every account has. */
export function projectTable(db: Database.Database, startOf: StartingState): (account?: string) => Projects {
  const inserted = db.prepare<[string, string], Row>(
    `SELECT project_id AS projectId, project_name AS projectName, project_info AS projectInfo, created_time AS createdTime
     FROM projects WHERE account IN (?, ?)`,
  )
  const findInserted = db.prepare('SELECT 1 FROM projects WHERE account IN (?, ?) AND project_id = ?')
  const insert = db.prepare(
    'INSERT INTO projects VALUES (@account, @projectId, @projectName, @projectInfo, @createdTime)',
  )

  return (account = everyAccount) => {
    const has = (projectId: number) =>
      startOf(account).projects.some((project) => project.projectId === projectId) ||
      findInserted.get(everyAccount, account, projectId) !== undefined
    return {
      list() {
        const rows = inserted.all(everyAccount, account)
        const added = rows.map((row) => ({ ...row, createdTime: new Date(row.createdTime) }))
        const byId = new Map([...startOf(account).projects, ...added].map((project) => [project.projectId, project]))
        return [...byId.values()].sort((a, b) => a.projectId - b.projectId)
      },
      has,
      add(project) {
        if (has(project.projectId)) return false
        insert.run({ ...project, account, createdTime: +project.createdTime })
        return true
      },
    }
  }
}
