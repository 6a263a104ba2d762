import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { controlPrefix } from '../control/index.ts'
import type { Origins } from '../control/origins.ts'

/** How many refused origins the log speaks of: enough for a person, and no flood. */
const maxLoggedOrigins = 100

/** Lets browser apps of allowed origins read every answer, errors too; logs once who was refused, and the remedy. */
export async function allowBrowsers(app: FastifyInstance, origins: Origins): Promise<void> {
  const told = new Set<string>()
  // Chromium asks so before a page of the web reaches this network; whoever may not call is not answered by the plugin
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS') return done()
    const { origin } = request.headers
    const asks = request.headers['access-control-request-private-network'] === 'true'
    const may = request.url.startsWith(controlPrefix) ? origins.mayControl : origins.mayCallApi
    if (asks && origin !== undefined && may(origin)) {
      reply.header('Access-Control-Allow-Private-Network', 'true')
    }
    done()
  })
  await app.register(cors, {
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    maxAge: 600,
    origin: (origin, decide) => {
      const allowed = origin !== undefined && origins.mayCallApi(origin)
      if (origin !== undefined && !allowed && !told.has(origin) && told.size < maxLoggedOrigins) {
        told.add(origin)
        app.log.warn({ origin }, `refused a web origin; ${origins.advice(origin)} would allow it`)
      }
      decide(null, allowed)
    },
  })
}
