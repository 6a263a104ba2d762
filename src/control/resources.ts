import type { FastifyInstance } from 'fastify'
import type { NewInstance } from '../client/emulator.ts'
import type { Accounts } from '../identity/accounts.ts'
import { checkUnique, type ProjectFixture } from '../state/fixture.ts'
import { accountName, instanceSchema, projectSchema } from '../state/schema.ts'
import { completeInstance, completeProject } from '../state/starting-state.ts'
import { type Instance, maxKeyPairs, type Store } from '../store/store.ts'
import { InvalidInputError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import { accountNamed } from './account-name.ts'
import type { Limits } from './controls.ts'
import { sendError } from './errors.ts'
import { checkAgainst } from './validation.ts'

/** JSON Schema of an account name. */
export const account = accountName('the name of an account, or a SecretId')

const querystring = { type: 'object', additionalProperties: false, properties: { account } } as const

interface WithAccount {
  readonly account?: string
}

const { createdTime: _time, ...projectProperties } = projectSchema.properties
const newProject = {
  type: 'object',
  additionalProperties: false,
  required: ['projectId'],
  properties: { ...projectProperties, account },
} as const

const { keyIds: _bound, ...instanceProperties } = instanceSchema.properties
const newInstance = { ...instanceSchema, properties: { ...instanceProperties, account } } as const

const newLimit = {
  type: 'object',
  additionalProperties: false,
  required: ['keyPairs'],
  properties: { keyPairs: { type: ['integer', 'null'], minimum: 0, maximum: maxKeyPairs }, account },
} as const

interface ResourceOptions {
  readonly store: Store
  readonly system: System
  readonly accounts: Accounts
}

/** The projects and instances that the API does not create: those of one account, by default those described below. */
export interface Resources {
  /** By default the projects that every account has. */
  readonly projects: {
    /** Their ids. */
    list(account?: string): number[]
    /** False when there is such a project already. */
    add(project: ProjectFixture, account?: string): boolean
  }
  /** By default those of the account `default`. */
  readonly instances: {
    list(account?: string): Instance[]
    /** Replaces an instance with the same id, and removes its bindings. Returns the instance with its defaults. */
    add(instance: NewInstance, account?: string): Instance
    /** Whether there was such an instance. */
    remove(instanceId: string, account?: string): boolean
  }
}

/** Invalid input throws an InvalidInputError. */
export function createResources({ store, system, accounts }: ResourceOptions): Resources {
  const namespaceOf = (name: string | undefined) => store.namespace(accountNamed(name, accounts))
  const projectsOf = (name: string | undefined) =>
    name === undefined ? store.commonProjects : namespaceOf(name).projects
  return {
    projects: {
      list: (name) =>
        projectsOf(name)
          .list()
          .map(({ projectId }) => projectId),
      add(project, name) {
        assertValid(newProject, { ...project, account: name }, 'project')
        return projectsOf(name).add(completeProject(project, system.now()))
      },
    },
    instances: {
      list: (name) => namespaceOf(name).instances.list(undefined),
      add(described, name) {
        assertValid(newInstance, { ...described, account: name }, 'instance')
        const problem = checkUnique('/tags', 'key', described.tags ?? [])
        if (problem !== undefined) throw new InvalidInputError(problem)
        const { keyIds: _none, ...instance } = completeInstance(described, system.now())
        const { instances, transaction } = namespaceOf(name)
        transaction(() => {
          instances.delete(instance.instanceId)
          instances.add(instance)
        })
        return { ...instance, keyIds: [] }
      },
      remove: (id, name) => namespaceOf(name).instances.delete(id),
    },
  }
}

function assertValid(schema: object, value: object, name: string): void {
  const problem = checkAgainst(schema, JSON.parse(JSON.stringify(value)), name)
  if (problem !== undefined) throw new InvalidInputError(problem)
}

/**
 * `GET /projects[?account=A]` and `POST /projects {"projectId":7[,"account":"A"]}`: the projects of one account, or
 * those that every account has. Adding an existing project is not an error.
 *
 * `GET /instances[?account=A]`, `POST /instances {"instanceId":"ins-…", …[,"account":"A"]}` and
 * `DELETE /instances/ins-…[?account=A]`: the instances of an account, by default the account `default`. Adding an
 * instance whose id exists replaces the old one, and removes its bindings.
 */
export function resourceRoutes(app: FastifyInstance, { projects, instances }: Resources): void {
  getOf(app, '/projects', (name) => ({ projects: projects.list(name) }))
  app.post<{ Body: ProjectFixture & WithAccount }>('/projects', { schema: { body: newProject } }, ({ body }) => {
    const { account: name, ...project } = body
    return { added: projects.add(project, name), projects: projects.list(name) }
  })

  getOf(app, '/instances', (name) => ({ instances: instances.list(name) }))
  app.post<{ Body: NewInstance & WithAccount }>('/instances', { schema: { body: newInstance } }, ({ body }) => {
    const { account: name, ...instance } = body
    return { instance: instances.add(instance, name) }
  })
  app.delete<{ Params: { id: string }; Querystring: WithAccount }>(
    '/instances/:id',
    { schema: { querystring } },
    ({ params: { id }, query }, reply) => {
      if (instances.remove(id, query.account)) return { deleted: true }
      return sendError(reply, 404, 'NotFound', `There is no instance \`${id}\` in this account.`)
    },
  )
}

/**
 * `GET /limits[?account=A]` and `POST /limits {"keyPairs":5[,"account":"A"]}`: the maximum number of key pairs per
 * project, or per account with --name-scope account; for all accounts, or for one. With null, the limit of the starting
 * state is restored.
 */
export function limitRoutes(app: FastifyInstance, limits: Limits): void {
  const limitOf = (name: string | undefined) => ({ keyPairs: limits.keyPairs(name) })
  getOf(app, '/limits', limitOf)
  app.post<{ Body: WithAccount & { readonly keyPairs: number | null } }>(
    '/limits',
    { schema: { body: newLimit } },
    ({ body }) => {
      limits.setKeyPairs(body.keyPairs ?? undefined, body.account)
      return limitOf(body.account)
    },
  )
}

const getOf = (app: FastifyInstance, path: string, answer: (account: string | undefined) => object) =>
  app.get<{ Querystring: WithAccount }>(path, { schema: { querystring } }, ({ query }) => answer(query.account))
