import type { FastifyInstance } from 'fastify'
import type { Accounts } from '../accounts.js'
import type { Store } from '../store/store.js'
import { account, accountQuery } from './account.js'

const newLimit = {
  type: 'object',
  additionalProperties: false,
  required: ['keyPairs'],
  properties: {
    keyPairs: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: 1_000_000,
      description: 'how many key pairs a project or account may hold; null for that of the starting state',
    },
    account,
  },
} as const

interface NewLimit {
  readonly keyPairs: number | null
  readonly account?: string
}

/**
 * `GET /limits[?account=A]` and `POST /limits {"keyPairs":5[,"account":"A"]}`: how many key pairs a project, or under
 * --name-scope account an account, may hold; for all accounts, or for one.
 */
export function limitRoutes(app: FastifyInstance, store: Store, accounts: Accounts): void {
  const accountOf = (name: string | undefined) => (name === undefined ? undefined : accounts.accountOf(name))
  const shown = (name: string | undefined) => ({ keyPairs: store.keyPairLimit(accountOf(name)) })

  app.get<{ Querystring: { account?: string } }>('/limits', { schema: { querystring: accountQuery } }, ({ query }) =>
    shown(query.account),
  )
  app.post<{ Body: NewLimit }>('/limits', { schema: { body: newLimit } }, ({ body }) => {
    store.setKeyPairLimit(body.keyPairs ?? undefined, accountOf(body.account))
    return shown(body.account)
  })
}
