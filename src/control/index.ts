import { parse } from 'node:querystring'
import type { FastifyError, FastifyInstance } from 'fastify'
import type { Accounts } from '../identity/accounts.ts'
import type { Journal } from '../journal/journal.ts'
import type { KeySource } from '../keys/key-source.ts'
import type { Faults } from '../rules/rules.ts'
import type { State } from '../state/state.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../system/clock.ts'
import { CallerGone, ConflictError, InvalidInputError, NotFoundError, ShuttingDown } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { suggestion } from '../system/nearest-name.ts'
import type { System } from '../system/system.ts'
import { type Access, accessError, hasToken, pageError } from './access.ts'
import { maxBody, parseBody } from './body.ts'
import { clockRoutes } from './clock.ts'
import { consoleRoutes, isConsole } from './console.ts'
import type { Limits, Reset } from './controls.ts'
import { sendError } from './errors.ts'
import { faultRoutes } from './faults.ts'
import { healthRoutes } from './health.ts'
import { journalRoutes } from './journal.ts'
import { keyRoutes } from './keys.ts'
import type { KnownAccounts } from './known-accounts.ts'
import { limitRoutes } from './limits.ts'
import { type Listings, listingRoutes } from './listings.ts'
import { type Resources, resourceRoutes } from './resources.ts'
import { type ControlRoute, describeRoute } from './route.ts'
import { type SshAddress, sshRoutes } from './ssh.ts'
import { stateRoutes } from './state.ts'

/** The path under which all control routes are. */
export const controlPrefix = '/_emulator'

/** The parts of the emulator that the control routes read and change. */
export interface ControlOptions extends Resources {
  readonly system: System
  readonly keys: KeySource
  readonly store: Store
  readonly accounts: Accounts
  readonly access: Access
  readonly state: Pick<State, 'exportPieces' | 'importBytes'>
  readonly faults: Faults
  readonly clock: Clock
  readonly journal: Journal
  readonly ids: Pick<Ids, 'boot'>
  readonly limits: Limits
  readonly listings: Listings
  /** The required bearer token, if any. */
  readonly token: string | undefined
  /** Receives every route. */
  readonly routes: ControlRoute[]
  /** Returns the OpenAPI document of the API and of the routes. */
  openapi(): Promise<object>
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  /** Where HTTPS is, if there is. */
  tlsAddress(): { readonly url: string; readonly port: number } | undefined
  /** Where SSH is, if it is, and the public key of the server. */
  sshAddress(): (SshAddress & { readonly hostKey: string }) | undefined
  isReady(): boolean
  readonly reset: Reset
  readonly knownAccounts: Pick<KnownAccounts, 'nearest'>
  /** Returns the certificate that HTTPS clients must trust, as PEM. */
  trustedCertificate(): Promise<string>
}

/** The routes under `/_emulator`, with which a tester controls the emulator itself. */
export const controlPlane = (options: ControlOptions) => async (app: FastifyInstance) => {
  app.addHook('onRequest', async (request, reply) => {
    request.query = parse(/[?#](.*)/s.exec(request.url)?.[1] ?? '')
    if (isConsole(request.url)) return
    // To wait for keys makes keys, which is more than a look
    const isOpen = isProbe(request.url) && !('keys' in (request.query as object))
    const reason = isOpen
      ? pageError(request.headers, options.access.origins)
      : accessError(request.headers, options.access)
    if (reason !== undefined) return sendError(reply, 403, 'Forbidden', reason)
    if (options.token === undefined || isOpen || hasToken(request.headers, options.token)) return
    reply.header('WWW-Authenticate', 'Bearer')
    return sendError(
      reply,
      401,
      'Unauthorized',
      'Send the value of --control-token in the header `Authorization: Bearer …`.',
    )
  })
  // Bodies are JSON whatever their Content-Type, so that a plain `curl -d` works
  app.addHook('preValidation', async (request) => {
    const { body, routeOptions } = request
    if (!Array.isArray(body) || routeOptions.config.takesBytes) return
    request.body = await parseBody(body)
  })

  app.setErrorHandler<FastifyError | CallerGone>((error, request, reply) => {
    if (error instanceof CallerGone) return reply.hijack()
    if (error instanceof NotFoundError) return sendError(reply, 404, 'NotFound', error.message)
    if (error instanceof ConflictError) return sendError(reply, 409, 'Conflict', error.message)
    if (error instanceof ShuttingDown) return sendError(reply, 503, 'ShuttingDown', error.message)
    const status = error instanceof InvalidInputError ? 400 : (error.statusCode ?? 500)
    if (status < 500) return sendError(reply, status, status === 413 ? 'PayloadTooLarge' : 'BadRequest', error.message)
    request.log.error({ err: error }, 'control request failed')
    return sendError(reply, 500, 'InternalError', 'An internal error has occurred.')
  })
  const { routes } = options
  app.setNotFoundHandler(({ method, url }, reply) => {
    const path = url.split('?', 1)[0] ?? ''
    const methods = routes.filter((route) => matches(route.url, path)).map((route) => route.method)
    if (methods.length > 0) {
      const allowed = methods.join(', ')
      reply.header('Allow', allowed)
      return sendError(reply, 405, 'MethodNotAllowed', `${path} does not take ${method}. Allowed: ${allowed}.`)
    }
    const paths = routes.map((route) => route.url.slice(controlPrefix.length))
    const nearest = suggestion(path.slice(controlPrefix.length), paths, controlPrefix)
    const all = routes.map((route) => `${route.method} ${route.url}`).join(', ')
    return sendError(reply, 404, 'NotFound', `There is no route ${method} ${path}${nearest}. Valid routes: ${all}.`)
  })

  consoleRoutes(app)
  // Unknown query parameters are an error, except in probes, to which load balancers may append some
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= maxBody
    const isOpen = isProbe(route.url)
    if (!isOpen) route.schema = { querystring: noQuery, ...route.schema }
    if (route.method !== 'HEAD') routes.push(describeRoute(route, isOpen))
  })
  healthRoutes(app, options)
  resourceRoutes(app, options)
  listingRoutes(app, options.listings)
  keyRoutes(app, options.keys)
  app.get('/openapi.json', { config: { summary: 'This document.' } }, options.openapi)
  const pem = 'application/x-pem-file'
  const certificate = { summary: 'The certificate that HTTPS clients must trust.', type: pem }
  app.get('/ca.pem', { config: certificate }, async (_request, reply) =>
    reply.type(pem).send(await options.trustedCertificate()),
  )
  sshRoutes(app, options)
  stateRoutes(app, options)
  faultRoutes(app, options.faults)
  clockRoutes(app, options.clock)
  limitRoutes(app, options.limits)
  journalRoutes(app, options.journal, options.closing, options.ids.boot)
}

/** Whether a path is one of a route such as `/faults/:id`. */
const matches = (route: string, path: string) =>
  new RegExp(`^${route.replaceAll('.', '\\.').replace(/:\w+/, '[^/]+')}$`).test(path)

const noQuery = { type: 'object', additionalProperties: false, properties: {} } as const

/** Whether a URL is one that the health check of a container requests every few seconds. */
export const isProbe = (url: string): boolean =>
  [`${controlPrefix}/health`, `${controlPrefix}/ready`].includes(url.split('?')[0] ?? '')
