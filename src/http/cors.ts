import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { sendError } from '../control/errors.ts'
import { controlPrefix } from '../control/index.ts'
import { type Origins, originError } from '../control/origins.ts'
import { redactText } from '../journal/redaction.ts'

/** Bounds the log and the memory of origins that were logged. */
const maxLoggedOrigins = 100

/**
 * Lets web pages of allowed origins read every answer. A refused origin is logged once, with the option that allows it, and
 * its preflights are answered with that option, too.
 */
export async function allowBrowsers(
  app: FastifyInstance,
  origins: Origins,
  isSecret: (text: string) => boolean,
): Promise<void> {
  const logged = new Set<string>()
  const logRefused = (origin: string) => {
    if (logged.has(origin) || logged.size >= maxLoggedOrigins) return
    logged.add(origin)
    const shown = redactText(origin, isSecret)
    const option = shown === origin ? origins.optionFor(origin) : undefined
    app.log.warn({ origin: shown }, `web origin refused${option === undefined ? '' : `; allow it with ${option}`}`)
  }
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    if (request.method !== 'OPTIONS' || origin === undefined) return done()
    const isControl = request.url.startsWith(controlPrefix)
    if (origins.mayCallApi(origin) && (!isControl || origins.mayControl(origin))) {
      // Chromium sends this header before a public page may call a private address; the CORS plugin does not answer it
      const isRequested = request.headers['access-control-request-private-network'] === 'true'
      if (isRequested) reply.header('Access-Control-Allow-Private-Network', 'true')
      return done()
    }
    logRefused(origin)
    sendError(reply, 403, 'Forbidden', originError(origin, origins, isControl ? 'control interface' : 'API'))
  })
  await app.register(cors, {
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    maxAge: 600,
    origin: (origin, decide) => {
      const allowed = origin !== undefined && origins.mayCallApi(origin)
      if (origin !== undefined && !allowed) logRefused(origin)
      decide(null, allowed)
    },
  })
}
