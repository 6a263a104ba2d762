import type { FastifyInstance } from 'fastify'
import { account } from './account.ts'

/** Nothing, or the account to be reset alone, and whether its starting state is put in again. */
const resetBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { account, fixtures: { type: 'boolean' } },
} as const

interface Sent {
  readonly account?: string
  readonly fixtures?: boolean
}

interface Target {
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
}

/** `POST /reset [{"account":"A"?,"fixtures":false?}]`: back to the starting state, everything or one account. */
export function resetRoutes(app: FastifyInstance, target: Target): void {
  app.post<{ Body?: Sent | null }>('/reset', { schema: { body: resetBody } }, ({ body }) => {
    const { account: name, fixtures = true } = body ?? {}
    target.reset(name, { fixtures })
    return { reset: true }
  })
}
