import type { FastifyInstance } from 'fastify'
import type { KeySource } from '../keys/key-source.ts'
import { maxPoolSize } from '../system/limits.ts'
import { goneSignal } from './pieces.ts'
import { answer, integer } from './route.ts'

const body = {
  type: 'object',
  additionalProperties: false,
  required: ['count'],
  properties: { count: { type: 'integer', minimum: 0, maximum: maxPoolSize } },
} as const

/** So many keys are asked for at a time, so that little is made for a client that has left. */
const step = 4

/** `POST /keys/prefill {"count":N}` makes keys until so many are ready. */
export function keyRoutes(app: FastifyInstance, keys: KeySource): void {
  app.post<{ Body: { readonly count: number } }>(
    '/keys/prefill',
    {
      schema: { body },
      config: { summary: 'Makes keys until `count` are ready.', answer: answer({ ready: integer }) },
    },
    async ({ body: { count } }, reply) => {
      const gone = goneSignal(reply)
      while (keys.level < count) {
        await keys.prefill(Math.min(count, keys.level + step))
        if (gone.aborted) return reply.hijack()
      }
      return { ready: keys.level }
    },
  )
}
