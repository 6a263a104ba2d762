import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { Origins } from '../control/access.ts'
import { controlPrefix } from '../control/index.ts'
import { redactText } from '../journal/redaction.ts'

/** Bounds the log and the memory of origins that were logged. */
const maxLoggedOrigins = 100

/** Lets web pages of allowed origins read every answer. Logs each refused origin once, with the option to set. */
export async function allowBrowsers(
  app: FastifyInstance,
  origins: Origins,
  isSecret: (text: string) => boolean,
): Promise<void> {
  const logged = new Set<string>()
  // Chromium sends this header before a public page may call a private address; the CORS plugin does not answer it
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS') return done()
    const { origin } = request.headers
    const isRequested = request.headers['access-control-request-private-network'] === 'true'
    const isAllowed = request.url.startsWith(controlPrefix) ? origins.mayControl : origins.mayCallApi
    if (isRequested && origin !== undefined && isAllowed(origin)) {
      reply.header('Access-Control-Allow-Private-Network', 'true')
    }
    done()
  })
  await app.register(cors, {
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    maxAge: 600,
    origin: (origin, decide) => {
      const allowed = origin !== undefined && origins.mayCallApi(origin)
      if (origin !== undefined && !allowed && !logged.has(origin) && logged.size < maxLoggedOrigins) {
        logged.add(origin)
        const shown = redactText(origin, isSecret)
        const option = shown === origin ? origins.optionFor(origin) : undefined
        app.log.warn({ origin: shown }, `web origin refused${option === undefined ? '' : `; allow it with ${option}`}`)
      }
      decide(null, allowed)
    },
  })
}
