import type { FastifyInstance } from 'fastify'
import type { Accounts } from '../identity/accounts.ts'
import type { InstanceFixture } from '../state/fixture.ts'
import { instanceSchema } from '../state/schema.ts'
import { completeInstance } from '../state/starting-state.ts'
import type { Store } from '../store/store.ts'
import type { System } from '../system/system.ts'
import { account, accountQuery } from './account.ts'
import { sendError } from './errors.ts'

const { keyIds: _bound, ...properties } = instanceSchema.properties
const newInstance = { ...instanceSchema, properties: { ...properties, account } } as const

interface WithAccount {
  readonly account?: string
}

/**
 * `GET /instances[?account=A]`, `POST /instances {"instanceId":"ins-…", …[,"account":"A"]}` and
 * `DELETE /instances/ins-…[?account=A]`: the instances of an account, by default the account `default`. Adding an
 * instance whose id exists replaces the old one, and removes its bindings.
 */
export function instanceRoutes(app: FastifyInstance, store: Store, system: System, accounts: Accounts): void {
  const namespaceOf = ({ account: name }: WithAccount) => store.namespace(accounts.accountOf(name))
  const instancesOf = (request: WithAccount) => namespaceOf(request).instances

  app.get<{ Querystring: WithAccount }>('/instances', { schema: { querystring: accountQuery } }, ({ query }) => ({
    instances: instancesOf(query).list(undefined),
  }))

  app.post<{ Body: InstanceFixture & WithAccount }>('/instances', { schema: { body: newInstance } }, ({ body }) => {
    const { account: _name, ...described } = body
    const { keyIds: _none, ...instance } = completeInstance(described, system.now())
    const { instances, transaction } = namespaceOf(body)
    return transaction(() => {
      instances.delete(instance.instanceId)
      instances.add(instance)
      return { instance: instances.find(instance.instanceId) }
    })
  })

  app.delete<{ Params: { id: string }; Querystring: WithAccount }>(
    '/instances/:id',
    { schema: { querystring: accountQuery } },
    ({ params: { id }, query }, reply) => {
      if (instancesOf(query).delete(id)) return { deleted: true }
      return sendError(reply, 404, 'NotFound', `There is no instance \`${id}\` in this account.`)
    },
  )
}
