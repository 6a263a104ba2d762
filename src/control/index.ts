import type { FastifyError, FastifyInstance } from 'fastify'
import type { Accounts } from '../accounts.js'
import type { KeySource } from '../keys/key-source.js'
import type { Origins } from '../origins.js'
import type { Store } from '../store/store.js'
import type { System } from '../system.js'
import { refuseAccess } from './access.js'
import { account } from './account.js'
import { sendError } from './errors.js'
import { healthRoutes } from './health.js'
import { instanceRoutes } from './instances.js'
import { projectRoutes } from './projects.js'

export const controlPrefix = '/_emulator'

export interface ControlOptions {
  readonly system: System
  readonly keys: KeySource
  readonly store: Store
  readonly accounts: Accounts
  readonly origins: Origins
  /** The names that this emulator answers to besides local ones. */
  readonly names: readonly string[]
  isReady(): boolean
  /** Back to the starting state: everything, or one account. */
  reset(account?: string): void
  /** The certificate that clients of our HTTPS are to trust, as PEM. */
  trustedCertificate(): Promise<string>
}

/** The control plane: what a tester does to the emulator itself, under `/_emulator`. */
export const controlPlane = (options: ControlOptions) => async (app: FastifyInstance) => {
  app.addHook('onRequest', async (request, reply) => {
    const reason = refuseAccess(request.headers, options.origins, options.names)
    if (reason !== undefined) return sendError(reply, 403, 'Forbidden', reason)
  })
  // JSON whatever its label, so that a bare `curl -d` works
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null)
    else parseJson(request, body, done)
  })

  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return sendError(reply, status, 'BadRequest', error.message)
    request.log.error({ err: error }, 'control request failed')
    return sendError(reply, 500, 'InternalError', 'An internal error has occurred.')
  })
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, 404, 'NotFound', `${request.method} ${request.url.split('?')[0]}: there is ${routes.join(', ')}.`),
  )

  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${method} ${url}`)
  })
  healthRoutes(app, options)
  projectRoutes(app, options.store, options.system, options.accounts)
  instanceRoutes(app, options.store, options.system, options.accounts)
  app.get('/ca.pem', async (_request, reply) =>
    reply.type('application/x-pem-file').send(await options.trustedCertificate()),
  )
  app.post<{ Body?: { account?: string } }>('/reset', { schema: { body: resetBody } }, ({ body }) => {
    options.reset(body?.account && options.accounts.accountOf(body.account))
    return { reset: true }
  })
}

/** Nothing, or the account to be reset alone. */
const resetBody = {
  type: ['object', 'null'],
  nullable: true,
  additionalProperties: false,
  properties: { account },
} as const
