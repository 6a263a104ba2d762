import type Database from 'better-sqlite3'
import type { Project, Projects, StartingState } from './store.ts'
import { everyAccount } from './tables.ts'

interface Row {
  project_id: number
  project_name: string
  project_info: string
  created_time: number
}

/** Creates the access to the projects of an account or, without one, to the projects that every account has. */
export function projectTable(db: Database.Database, startingState: StartingState): (account?: string) => Projects {
  const inserted = db.prepare<[string, string], Row>(
    'SELECT project_id, project_name, project_info, created_time FROM projects WHERE account IN (?, ?)',
  )
  const findInserted = db.prepare('SELECT 1 FROM projects WHERE account IN (?, ?) AND project_id = ?')
  const insert = db.prepare(
    'INSERT INTO projects VALUES (@account, @projectId, @projectName, @projectInfo, @createdTime)',
  )

  return (account = everyAccount) => {
    const initial = () => (account === everyAccount ? startingState() : startingState(account)).projects
    const has = (projectId: number) =>
      initial().some((project) => project.projectId === projectId) ||
      findInserted.get(everyAccount, account, projectId) !== undefined
    const list = (): Project[] => {
      const all = [...initial(), ...inserted.all(everyAccount, account).map(toProject)]
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
