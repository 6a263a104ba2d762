import type { FastifyInstance } from 'fastify'
import type { KeySource } from '../keys/key-source.ts'
import { describedInForms } from '../system/described.ts'
import { maxPoolSize } from '../system/limits.ts'
import { goneSignal } from './pieces.ts'
import { answer, integer } from './route.ts'

const body = {
  type: 'object',
  additionalProperties: false,
  required: ['count'],
  properties: {
    count: {
      type: 'integer',
      minimum: 0,
      maximum: maxPoolSize,
      ...describedInForms('how many keys are to be ready', '预先生成密钥，直至就绪数量达到该值。'),
    },
  },
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
      await makeKeys(keys, count, gone)
      return gone.aborted ? reply.hijack() : { ready: keys.level }
    },
  )
}

/** Makes keys until so many are ready, or until the signal is aborted; then only those that were already begun. */
export async function makeKeys(
  keys: Pick<KeySource, 'level' | 'prefill'>,
  count: number,
  ended: AbortSignal,
): Promise<void> {
  const aborted = new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }))
  while (keys.level < count && !ended.aborted) {
    await Promise.race([keys.prefill(Math.min(count, keys.level + step)), aborted])
  }
}
