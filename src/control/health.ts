import type { FastifyInstance } from 'fastify'
import type { KeySource } from '../keys/key-source.ts'
import type { Store } from '../store/store.ts'
import type { System } from '../system/system.ts'
import { version } from '../system/version.ts'
import { answer, boolean, integer, string } from './route.ts'

const health = {
  summary: 'Version, time, key source, number of keys that are ready, and the HTTPS address.',
  answer: answer({ status: string, version: string, time: string, keys: answer({ source: string, ready: integer }) }),
}
const ready = {
  summary: 'Whether the emulator is ready; with status 503, the reason why it is not.',
  answer: answer({ ready: boolean }),
}

interface HealthOptions {
  readonly system: System
  readonly keys: Pick<KeySource, 'name' | 'level'>
  readonly store: Pick<Store, 'checkWritable'>
  /** Where HTTPS is, if there is. */
  tlsAddress(): { readonly url: string; readonly port: number } | undefined
  /** Whether the emulator has started and is not closing. */
  isReady(): boolean
}

/**
 * `GET /health` responds with version, time of the emulator's clock, number of ready keys and the HTTPS address. `GET /ready` responds with
 * 200, or with 503 and the reason: the emulator is closing, or its data cannot be written.
 */
export function healthRoutes(app: FastifyInstance, { system, keys, store, tlsAddress, isReady }: HealthOptions): void {
  app.get('/health', { exposeHeadRoute: true, config: health }, () => ({
    status: 'ok',
    version,
    time: system.now().toISOString(),
    keys: { source: keys.name, ready: keys.level },
    ...(tlsAddress() && { tls: tlsAddress() }),
  }))
  app.get('/ready', { exposeHeadRoute: true, config: ready }, (_request, reply) => {
    const reason = isReady() ? store.checkWritable() : 'The emulator is shutting down.'
    return reply.code(reason === undefined ? 200 : 503).send({ ready: reason === undefined, reason })
  })
}
