import type Database from 'better-sqlite3'
import type { Project, Projects, StartingState } from './store.ts'
import { everyAccount } from './tables.ts'

interface Row {
  project_id: number
  project_name: string
  project_info: string
  created_time: number
}

/** The projects of each account, or without an account those that every account has. */
export function projectTable(db: Database.Database, startingState: StartingState): (account?: string) => Projects {
  const added = db.prepare<[string, string], Row>(
    'SELECT project_id, project_name, project_info, created_time FROM projects WHERE account IN (?, ?)',
  )
  const one = db.prepare('SELECT 1 FROM projects WHERE account IN (?, ?) AND project_id = ?')
  const insert = db.prepare(
    'INSERT INTO projects VALUES (@account, @projectId, @projectName, @projectInfo, @createdTime)',
  )

  return (account = everyAccount) => {
    const first = () => (account === everyAccount ? startingState() : startingState(account)).projects
    const has = (projectId: number) =>
      first().some((project) => project.projectId === projectId) ||
      one.get(everyAccount, account, projectId) !== undefined
    const list = (): Project[] => {
      const all = [...first(), ...added.all(everyAccount, account).map(toProject)]
      const byId = new Map(all.map((project) => [project.projectId, project]))
      return [...byId.values()].sort((a, b) => a.projectId - b.projectId)
    }
    return {
      list,
      has,
      add(project) {
        if (has(project.projectId)) return false
        insert.run({ ...project, account, createdTime: +project.createdTime })
        return true
      },
    }
  }
}

const toProject = (row: Row): Project => ({
  projectId: row.project_id,
  projectName: row.project_name,
  projectInfo: row.project_info,
  createdTime: new Date(row.created_time),
})
