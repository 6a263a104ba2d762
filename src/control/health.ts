import type { FastifyInstance, FastifyReply } from 'fastify'
import type { KeySource } from '../keys/key-source.ts'
import { maxDelayMs } from '../rules/rule.ts'
import type { Store } from '../store/store.ts'
import { InvalidInputError } from '../system/errors.ts'
import { maxPoolSize } from '../system/limits.ts'
import type { System } from '../system/system.ts'
import { version } from '../system/version.ts'
import { makeKeys } from './keys.ts'
import { abortedWith, goneSignal } from './pieces.ts'
import { answer, boolean, integer, string } from './route.ts'
import type { SshAddress } from './ssh.ts'

const health = {
  summary: 'Version, time, key source, number of keys that are ready, and the addresses of HTTPS and SSH.',
  answer: answer({ status: string, version: string, time: string, keys: answer({ source: string, ready: integer }) }),
}
const ready = {
  summary: 'Whether the emulator is ready; with status 503, the reason why it is not.',
  answer: answer({ ready: boolean }),
  others: { 503: answer({ ready: boolean, reason: string }) },
}

interface HealthOptions {
  readonly system: System
  readonly keys: Pick<KeySource, 'name' | 'level' | 'prefill'>
  readonly store: Pick<Store, 'checkWritable'>
  /** Where HTTPS is, if there is. */
  tlsAddress(): { readonly url: string; readonly port: number } | undefined
  /** Where SSH is, if it is. */
  sshAddress(): SshAddress | undefined
  /** Whether the emulator has started and is not closing. */
  isReady(): boolean
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
}

/** In milliseconds. */
const defaultKeysTimeout = 30_000

/**
 * `GET /health` responds with version, time of the emulator's clock, number of ready keys and the addresses of HTTPS and SSH. `GET /ready` responds with
 * 200, or with 503 and the reason: the emulator is closing, or its data cannot be written. `GET /ready?keys=N&timeout=MS` also
 * makes keys until so many are ready.
 */
export function healthRoutes(app: FastifyInstance, options: HealthOptions): void {
  const { system, keys, store, tlsAddress, sshAddress, isReady, closing } = options
  const ssh = () => {
    const { host, port } = sshAddress() ?? {}
    return host !== undefined && { ssh: { host, port } }
  }
  app.get('/health', { exposeHeadRoute: true, config: health }, () => ({
    status: 'ok',
    version,
    time: system.now().toISOString(),
    keys: { source: keys.name, ready: keys.level },
    ...(tlsAddress() && { tls: tlsAddress() }),
    ...ssh(),
  }))
  const send = (reply: FastifyReply, unready?: string, more = {}) => {
    const reason = isReady() ? (store.checkWritable() ?? unready) : 'The emulator is shutting down.'
    return reply.code(reason === undefined ? 200 : 503).send({ ready: reason === undefined, reason, ...more })
  }
  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    '/ready',
    { exposeHeadRoute: true, config: ready },
    async ({ query }, reply) => {
      if (!('keys' in query)) return send(reply)
      const count = readInteger('keys', query.keys, maxPoolSize)
      const timeout = readInteger('timeout', query.timeout ?? `${defaultKeysTimeout}`, maxDelayMs)
      const gone = goneSignal(reply)
      const ended = abortedWith(gone, closing)
      const timer = setTimeout(() => ended.abort(), timeout)
      await makeKeys(keys, count, ended.signal)
      clearTimeout(timer)
      ended.abort()
      if (gone.aborted) return reply.hijack()
      const ready = keys.level
      const missing = ready < count ? `Within ${timeout} ms, ${ready} of ${count} keys were ready.` : undefined
      return send(reply, missing, { keys: ready })
    },
  )
}

/** Not by a schema, because a probe must not load what validates it, and may have any other parameters. */
function readInteger(name: string, value: unknown, maximum: number): number {
  if (typeof value === 'string' && /^\d+$/.test(value) && Number(value) <= maximum) return Number(value)
  const given = typeof value === 'string' && /^-?\d+$/.test(value) ? value : JSON.stringify(value)
  throw new InvalidInputError(`query/${name} is ${given}; it must be an integer from 0 to ${maximum}.`)
}
