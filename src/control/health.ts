import type { FastifyInstance } from 'fastify'
import { type KeySource, sharedPrimesNotice } from '../keys/key-source.ts'
import type { System } from '../system/system.ts'
import { version } from '../system/version.ts'

interface HealthOptions {
  readonly system: System
  readonly keys: Pick<KeySource, 'name' | 'level'>
  /** Whether the starting state is in place and the emulator is not closing. */
  isReady(): boolean
}

/** `GET /health`: it lives, by its own clock, with so many keys ready. `GET /ready`: 200, or 503 while it is not. */
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
