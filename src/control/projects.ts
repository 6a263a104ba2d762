import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store.js'

const account = { type: 'string', minLength: 1, maxLength: 256 } as const

const newProject = {
  type: 'object',
  additionalProperties: false,
  required: ['projectId'],
  properties: { projectId: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, account },
} as const

/**
 * `GET /projects[?account=A]` and `POST /projects {"projectId":7[,"account":"A"]}`: the projects of one account, or
 * those that every account has. Adding one that exists is no error.
 */
export function projectRoutes(app: FastifyInstance, store: Store): void {
  const query = { type: 'object', additionalProperties: false, properties: { account } } as const

  app.get<{ Querystring: { account?: string } }>('/projects', { schema: { querystring: query } }, (request) => ({
    projects: store.projectIds(request.query.account),
  }))

  app.post<{ Body: { projectId: number; account?: string } }>(
    '/projects',
    { schema: { body: newProject } },
    (request) => {
      const { projectId, account } = request.body
      const added = store.addProject(projectId, account)
      return { added, projects: store.projectIds(account) }
    },
  )
}
