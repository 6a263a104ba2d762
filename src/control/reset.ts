import type { FastifyInstance } from 'fastify'
import { account } from './account.ts'

/** The account to reset, by default all, and whether to restore the starting state of --fixtures. */
const resetBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { account, fixtures: { type: 'boolean' } },
} as const

interface ResetBody {
  readonly account?: string
  readonly fixtures?: boolean
}

interface Resettable {
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
}

/** `POST /reset [{"account":"A"?,"fixtures":false?}]` returns everything, or one account, to the starting state. */
export function resetRoutes(app: FastifyInstance, emulator: Resettable): void {
  app.post<{ Body?: ResetBody | null }>('/reset', { schema: { body: resetBody } }, ({ body }) => {
    const { account: name, fixtures = true } = body ?? {}
    emulator.reset(name, { fixtures })
    return { reset: true }
  })
}
