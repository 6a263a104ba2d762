import type { FastifyInstance } from 'fastify'
import type { NewInstance } from '../client/emulator.ts'
import type { Accounts } from '../identity/accounts.ts'
import { checkUnique, type ProjectFixture } from '../state/fixture.ts'
import { instanceSchema, projectSchema } from '../state/schema.ts'
import { completeInstance, completeProject } from '../state/starting-state.ts'
import type { Instance } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { described } from '../system/described.ts'
import { InvalidInputError, NotFoundError } from '../system/errors.ts'
import { nearestName } from '../system/nearest-name.ts'
import type { System } from '../system/system.ts'
import { account, accountNamed, accountOrAll, accountOrDefault } from './account-name.ts'
import { sendError } from './errors.ts'
import { answer, boolean, integer, list, type RouteNotes } from './route.ts'
import { checkAgainst } from './validation.ts'

const querystring = { type: 'object', additionalProperties: false, properties: { account } } as const

/** What has the name of an account, or a SecretId. */
export interface WithAccount {
  readonly account?: string
}

const { createdTime: _time, ...projectProperties } = projectSchema.properties
const newProject = {
  type: 'object',
  additionalProperties: false,
  required: ['projectId'],
  properties: { ...projectProperties, account: accountOrAll },
} as const

const { keyIds: _bound, ...instanceProperties } = instanceSchema.properties
const newInstance = {
  ...instanceSchema,
  ...described('an instance: its instanceId, and optionally other fields', '实例，须包含 `instanceId`。'),
  properties: { ...instanceProperties, account: accountOrDefault },
} as const
const { instanceId: _id, ...changeable } = newInstance.properties
const instanceChanges = {
  ...instanceSchema,
  ...described('the fields of an instance that change', '实例要修改的字段。'),
  required: [],
  properties: changeable,
} as const

type InstanceChanges = Partial<Omit<NewInstance, 'instanceId'>>

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
    /** Whether there was such a project. What is in it stays. Throws an InvalidInputError for the default project. */
    remove(projectId: number, account?: string): boolean
  }
  /** By default those of the account `default`. */
  readonly instances: {
    list(account?: string): Instance[]
    /** Replaces an instance with the same id, and removes its bindings. Returns the instance with its defaults. */
    add(instance: NewInstance, account?: string): Instance
    /** Changes some fields of an instance, and keeps its bindings. Throws an InvalidInputError when there is none. */
    update(instanceId: string, changes: InstanceChanges, account?: string): Instance
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
      remove(projectId, name) {
        if (projectId === 0) throw new InvalidInputError('Project 0 is the default project, which cannot be removed.')
        return projectsOf(name).remove(projectId)
      },
    },
    instances: {
      list: (name) => namespaceOf(name).instances.list(undefined),
      add(given, name) {
        assertValid(newInstance, { ...given, account: name }, 'instance')
        assertUniqueTags(given)
        const { keyIds: _none, ...instance } = completeInstance(given, system.now())
        const { instances, transaction } = namespaceOf(name)
        transaction(() => {
          instances.delete(instance.instanceId)
          instances.add(instance)
        })
        return { ...instance, keyIds: [] }
      },
      update(id, changes, name) {
        assertValid(instanceChanges, { ...changes, account: name }, 'instance')
        assertUniqueTags(changes)
        const { instances, transaction } = namespaceOf(name)
        return transaction(() => {
          const found = instances.find(id)
          if (!found) throw new NotFoundError(noInstance(id, instances.list(undefined)))
          const { createdTime, operationEnds, zone, ...same } = found
          const times = { createdTime: createdTime.toISOString(), operationEnds: operationEnds.toISOString() }
          // Another region has other zones
          const isMoved = changes.region !== undefined && changes.region !== found.region
          const instance = completeInstance({ ...same, ...times, ...(!isMoved && { zone }), ...changes })
          instances.update(instance)
          return instance
        })
      },
      remove: (id, name) => namespaceOf(name).instances.delete(id),
    },
  }
}

const noInstance = (id: string, instances: readonly Instance[]) => {
  const nearest = nearestName(
    id,
    instances.map(({ instanceId }) => instanceId),
  )
  return `There is no instance \`${id}\` in this account.${nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`}`
}

function assertUniqueTags({ tags = [] }: Pick<NewInstance, 'tags'>): void {
  const problem = checkUnique('/tags', 'key', tags)
  if (problem !== undefined) throw new InvalidInputError(problem)
}

/** Throws an InvalidInputError that calls the value `name`. Members that are undefined are left out. */
export function assertValid(schema: object, value: object, name: string): void {
  const problem = checkAgainst(schema, JSON.parse(JSON.stringify(value)), name)
  if (problem !== undefined) throw new InvalidInputError(problem)
}

/**
 * `GET /projects[?account=A]`, `POST /projects {"projectId":7[,"account":"A"]}` and `DELETE /projects/7[?account=A]`: the
 * projects of one account, or those that every account has. Adding an existing project is not an error.
 *
 * `GET /instances[?account=A]`, `POST /instances {"instanceId":"ins-…", …[,"account":"A"]}`,
 * `PATCH /instances/ins-… {…[,"account":"A"]}` and `DELETE /instances/ins-…[?account=A]`: the instances of an account, by
 * default the account `default`. Adding an instance whose id exists replaces the old one, and removes its bindings.
 */
export function resourceRoutes(app: FastifyInstance, { projects, instances }: Resources): void {
  const ids = { projects: list(integer) }
  getOf(
    app,
    '/projects',
    { summary: 'Projects that every account has, or those of one.', answer: answer(ids) },
    (name) => ({ projects: projects.list(name) }),
  )
  app.post<{ Body: ProjectFixture & WithAccount }>(
    '/projects',
    {
      schema: { body: newProject },
      config: { summary: 'Adds a project to all accounts, or to one.', answer: answer({ added: boolean, ...ids }) },
    },
    ({ body }) => {
      const { account: name, ...project } = body
      return { added: projects.add(project, name), projects: projects.list(name) }
    },
  )

  app.delete<{ Params: { id: string }; Querystring: WithAccount }>(
    '/projects/:id',
    {
      schema: { querystring },
      config: { summary: 'Removes a project from all accounts, or from one.', answer: answer({ removed: boolean }) },
    },
    ({ params: { id }, query }, reply) => {
      if (/^\d+$/.test(id) && projects.remove(Number(id), query.account)) return { removed: true }
      const owner = query.account === undefined ? 'that every account has' : 'in this account'
      return sendError(reply, 404, 'NotFound', `There is no project \`${id}\` ${owner}.`)
    },
  )

  const all = answer({ instances: list(instanceSchema) })
  getOf(app, '/instances', { summary: 'Instances of an account.', answer: all }, (name) => ({
    instances: instances.list(name),
  }))
  app.post<{ Body: NewInstance & WithAccount }>(
    '/instances',
    {
      schema: { body: newInstance },
      config: { summary: 'Adds or replaces an instance.', answer: answer({ instance: instanceSchema }) },
    },
    ({ body }) => {
      const { account: name, ...instance } = body
      return { instance: instances.add(instance, name) }
    },
  )
  app.patch<{ Params: { id: string }; Body: InstanceChanges & WithAccount }>(
    '/instances/:id',
    {
      schema: { body: instanceChanges },
      config: {
        summary: 'Changes an instance, which keeps its bindings.',
        answer: answer({ instance: instanceSchema }),
      },
    },
    ({ params: { id }, body }) => {
      const { account: name, ...changes } = body
      return { instance: instances.update(id, changes, name) }
    },
  )
  app.delete<{ Params: { id: string }; Querystring: WithAccount }>(
    '/instances/:id',
    {
      schema: { querystring },
      config: { summary: 'Removes an instance and its bindings.', answer: answer({ deleted: boolean }) },
    },
    ({ params: { id }, query }, reply) => {
      if (instances.remove(id, query.account)) return { deleted: true }
      return sendError(reply, 404, 'NotFound', `There is no instance \`${id}\` in this account.`)
    },
  )
}

/** Adds a route that reads something of one account. */
export const getOf = (
  app: FastifyInstance,
  path: string,
  config: RouteNotes,
  read: (account: string | undefined) => object,
) =>
  app.get<{ Querystring: WithAccount }>(path, { schema: { querystring }, config }, ({ query }) => read(query.account))
