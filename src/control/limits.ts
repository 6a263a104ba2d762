import type { FastifyInstance } from 'fastify'
import { accountOrAll } from './account-name.ts'
import { type Limits, limitSchema } from './controls.ts'
import { getOf, type WithAccount } from './resources.ts'
import { answer, integer } from './route.ts'

const newLimit = {
  type: 'object',
  additionalProperties: false,
  required: ['keyPairs'],
  properties: { keyPairs: limitSchema, account: accountOrAll },
} as const

/**
 * `GET /limits[?account=A]` and `POST /limits {"keyPairs":5[,"account":"A"]}`: the maximum number of key pairs per
 * project, or per account with --name-scope account; for all accounts, or for one. With null, the limit of the starting
 * state is restored.
 */
export function limitRoutes(app: FastifyInstance, limits: Limits): void {
  const limitOf = (name: string | undefined) => ({ keyPairs: limits.keyPairs(name) })
  const limited = answer({ keyPairs: integer })
  getOf(app, '/limits', { summary: 'The maximum number of key pairs.', answer: limited }, limitOf)
  app.post<{ Body: WithAccount & { readonly keyPairs: number | null } }>(
    '/limits',
    { schema: { body: newLimit }, config: { summary: 'Sets the maximum number of key pairs.', answer: limited } },
    ({ body }) => {
      limits.setKeyPairs(body.keyPairs ?? undefined, body.account)
      return limitOf(body.account)
    },
  )
}
