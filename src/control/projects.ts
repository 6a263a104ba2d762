import type { FastifyInstance } from 'fastify'
import type { Accounts } from '../identity/accounts.ts'
import { completeProject } from '../state/starting-state.ts'
import type { Store } from '../store/store.ts'
import type { System } from '../system/system.ts'
import { account, accountQuery } from './account.ts'

const newProject = {
  type: 'object',
  additionalProperties: false,
  required: ['projectId'],
  properties: {
    projectId: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    projectName: { type: 'string', minLength: 1 },
    projectInfo: { type: 'string' },
    account,
  },
} as const

interface NewProject {
  readonly projectId: number
  readonly projectName?: string
  readonly projectInfo?: string
  readonly account?: string
}

/**
 * `GET /projects[?account=A]` and `POST /projects {"projectId":7[,"account":"A"]}`: the projects of one account, or
 * those that every account has. Adding an existing project is not an error.
 */
export function projectRoutes(app: FastifyInstance, store: Store, system: System, accounts: Accounts): void {
  const projectsOf = (name: string | undefined) =>
    name === undefined ? store.commonProjects : store.namespace(accounts.accountOf(name)).projects
  const ids = (name: string | undefined) =>
    projectsOf(name)
      .list()
      .map(({ projectId }) => projectId)

  app.get<{ Querystring: { account?: string } }>('/projects', { schema: { querystring: accountQuery } }, (request) => ({
    projects: ids(request.query.account),
  }))

  app.post<{ Body: NewProject }>('/projects', { schema: { body: newProject } }, (request) => {
    const { account: name, ...project } = request.body
    const added = projectsOf(name).add(completeProject(project, system.now()))
    return { added, projects: ids(name) }
  })
}
