import type { FastifyInstance } from 'fastify'
import { maxKeyPairs } from '../store/store.ts'
import { account, accountQuery } from './account.ts'
import type { Limits } from './controls.ts'

const newLimit = {
  type: 'object',
  additionalProperties: false,
  required: ['keyPairs'],
  properties: {
    keyPairs: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: maxKeyPairs,
      description: 'maximum number of key pairs per project or account; null restores the limit of the starting state',
    },
    account,
  },
} as const

interface NewLimit {
  readonly keyPairs: number | null
  readonly account?: string
}

/**
 * `GET /limits[?account=A]` and `POST /limits {"keyPairs":5[,"account":"A"]}`: the maximum number of key pairs per
 * project, or per account with --name-scope account; for all accounts, or for one.
 */
export function limitRoutes(app: FastifyInstance, limits: Limits): void {
  const limitBody = (name: string | undefined) => ({ keyPairs: limits.keyPairs(name) })

  app.get<{ Querystring: { account?: string } }>('/limits', { schema: { querystring: accountQuery } }, ({ query }) =>
    limitBody(query.account),
  )
  app.post<{ Body: NewLimit }>('/limits', { schema: { body: newLimit } }, ({ body }) => {
    limits.setKeyPairs(body.keyPairs ?? undefined, body.account)
    return limitBody(body.account)
  })
}
