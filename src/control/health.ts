import type { FastifyInstance } from 'fastify'
import { type KeySource, sharedPrimesNotice } from '../keys/key-source.ts'
import type { System } from '../system/system.ts'
import { version } from '../system/version.ts'

interface HealthOptions {
  readonly system: System
  readonly keys: Pick<KeySource, 'name' | 'level'>
  /** Whether the emulator has started and is not closing. */
  isReady(): boolean
}

/**
 * `GET /health` responds with version, time of the emulator's clock and number of ready keys. `GET /ready` responds with
 * 200 or 503.
 */
export function healthRoutes(app: FastifyInstance, { system, keys, isReady }: HealthOptions): void {
  app.get('/health', { exposeHeadRoute: true }, () => ({
    status: 'ok',
    version,
    time: system.now().toISOString(),
    keys: {
      source: keys.name,
      ready: keys.level,
      ...(keys.name === 'recombined' && { notice: sharedPrimesNotice }),
    },
  }))
  app.get('/ready', { exposeHeadRoute: true }, (_request, reply) =>
    reply.code(isReady() ? 200 : 503).send({ ready: isReady() }),
  )
}
