import type { FastifyInstance } from 'fastify'
import { type FaultRule, faultSchema } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import { exportedFaultSchema } from '../state/schema.ts'
import { sendError } from './errors.ts'
import { answer, boolean, list, string } from './route.ts'

/** In bytes. All rules together may have about as much. */
const bodyLimit = 1024 * 1024

/**
 * `GET /faults` lists the rules with their counts, `POST /faults {…}` adds one, `DELETE /faults/ID` removes one, and
 * `DELETE /faults` removes all.
 */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  const answered = { ...exportedFaultSchema, required: ['id', 'matched', 'hits'] }
  const listing = { summary: 'Lists the fault rules.', answer: answer({ faults: list(answered) }) }
  const added = { ...answered, properties: { ...answered.properties, warning: string } }
  const adding = { summary: 'Adds a fault rule.', answer: answer({ fault: added }) }
  const removal = { answer: answer({ removed: boolean }) }
  app.get('/faults', { config: listing }, () => ({ faults: faults.list() }))
  app.post<{ Body: FaultRule }>(
    '/faults',
    { bodyLimit, schema: { body: faultSchema }, config: adding },
    ({ body }) => ({
      fault: faults.add(body),
    }),
  )
  app.delete('/faults', { config: { summary: 'Removes all fault rules.', ...removal } }, () => ({
    removed: faults.remove(),
  }))
  app.delete<{ Params: { id: string } }>(
    '/faults/:id',
    { config: { summary: 'Removes a fault rule.', ...removal } },
    ({ params: { id } }, reply) => {
      if (faults.remove(id)) return { removed: true }
      return sendError(reply, 404, 'NotFound', `There is no fault with id \`${id}\`.`)
    },
  )
}
