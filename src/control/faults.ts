import type { FastifyInstance } from 'fastify'
import { type FaultRule, faultSchema } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import { sendError } from './errors.ts'

/** In bytes. All rules together may have about as much. */
const bodyLimit = 1024 * 1024

/**
 * `GET /faults` lists the rules with their counts, `POST /faults {…}` adds one, `DELETE /faults/ID` removes one, and
 * `DELETE /faults` removes all.
 */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get('/faults', () => ({ faults: faults.list() }))
  app.post<{ Body: FaultRule }>('/faults', { bodyLimit, schema: { body: faultSchema } }, ({ body }) => ({
    fault: faults.add(body),
  }))
  app.delete('/faults', () => ({ removed: faults.remove() }))
  app.delete<{ Params: { id: string } }>('/faults/:id', ({ params: { id } }, reply) => {
    if (faults.remove(id)) return { removed: true }
    return sendError(reply, 404, 'NotFound', `There is no fault with id \`${id}\`.`)
  })
}
