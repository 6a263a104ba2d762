import { parse } from 'node:querystring'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import type { Accounts } from '../identity/accounts.ts'
import type { Journal } from '../journal/journal.ts'
import type { KeySource } from '../keys/key-source.ts'
import { maxDocumentDepth } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import { fixtureSchema } from '../state/schema.ts'
import type { State } from '../state/state.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../system/clock.ts'
import { describedInForms } from '../system/described.ts'
import { CallerGone, ConflictError, InvalidInputError, NotFoundError, ShuttingDown } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { parseJson } from '../system/json.ts'
import { measureJson } from '../system/json-size.ts'
import { suggestion } from '../system/nearest-name.ts'
import type { FromSchema } from '../system/schema-type.ts'
import type { System } from '../system/system.ts'
import { type Access, accessError, hasToken, pageError } from './access.ts'
import { account } from './account-name.ts'
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
import { goneSignal, sendPieces } from './pieces.ts'
import { type Resources, resourceRoutes } from './resources.ts'
import { answer, boolean, type ControlRoute, describeRoute } from './route.ts'
import { type SshAddress, sshRoutes } from './ssh.ts'

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
    const { values, depth } = await measureJson(body, maxJson)
    if (depth > maxJson.depth) throw new InvalidInputError(tooDeep(maxJson.depth))
    if (values > maxJson.values) throw new InvalidInputError(`The body has more than ${maxJson.values} values.`)
    const text = Buffer.concat(body).toString()
    request.body = text === '' ? null : parseJson(text, 'The body')
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

/** In bytes. */
const maxBody = 8 * 1024 * 1024

const tooDeep = (limit: number) => `The body is nested too deeply: the limit is ${limit} levels.`

/** Of a body. To parse and check so much takes some tens of milliseconds. */
const maxJson = { values: 100_000, depth: maxDocumentDepth }

/** In bytes, for a state. Well below the maximum length of a string in V8. */
const maxStateBytes = 256 * 1024 * 1024

const resetBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    account: {
      ...account,
      ...describedInForms(
        'the name of an account, or a SecretId; everything is reset if it is left out',
        '账号名称或 SecretId，不填则重置全部。',
      ),
    },
    fixtures: {
      type: 'boolean',
      ...describedInForms(
        'false leaves out the state of --fixtures, except its credentials; true by default',
        '填 `false` 则不恢复 `--fixtures` 中的状态（凭证除外），默认为 `true`。',
      ),
    },
  },
} as const

const resetNotes = {
  summary: 'Returns everything, or one account, to the starting state.',
  answer: answer({ reset: boolean }),
}

/**
 * `POST /reset [{"account":"A"?,"fixtures":false?}]` returns everything, or one account, to the starting state. If the
 * account is not known, the answer says so and names a similar one.
 * `GET /state` exports the entire state as one document, a fixture; `PUT /state {…}` replaces the state by a document.
 */
function stateRoutes(app: FastifyInstance, { reset, knownAccounts, state }: ControlOptions): void {
  app.post<{ Body?: FromSchema<typeof resetBody> | null }>(
    '/reset',
    { schema: { body: resetBody }, config: resetNotes },
    ({ body }) => {
      const { account: name, fixtures = true } = body ?? {}
      if (reset(name, { fixtures }) || name === undefined) return { reset: true }
      // Not an error, since a test may well reset its account before it has used it
      const nearest = knownAccounts.nearest(name)
      const effect = fixtures ? 'so nothing was reset' : 'but it starts without the state of --fixtures from now on'
      const advice = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`
      return { reset: false, message: `There is no account \`${name}\`, ${effect}.${advice}` }
    },
  )
  app.get(
    '/state',
    { config: { summary: 'The entire state as one document.', answer: fixtureSchema } },
    (_request, reply) => sendPieces(reply, state.exportPieces()),
  )
  const importNotes = {
    summary: 'Replaces the entire state.',
    body: fixtureSchema,
    answer: answer({ imported: boolean }),
  }
  const config = { ...importNotes, takesBytes: true }
  app.put<{ Body?: Uint8Array[] }>(
    '/state',
    { bodyLimit: maxStateBytes, config, preParsing: oneAfterAnother() },
    async ({ body = [] }, reply) => {
      await state.importBytes(body, goneSignal(reply))
      return { imported: true }
    },
  )
}

/** Receives large bodies one after another, because each stays in memory until its request is answered. */
function oneAfterAnother() {
  let last: Promise<unknown> = Promise.resolve()
  return async ({ headers }: FastifyRequest, { raw }: FastifyReply, body: RequestPayload) => {
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= maxBody) return body
    const before = last
    last = Promise.all([before, new Promise((resolve) => raw.once('close', resolve))])
    await before
    if (raw.destroyed) throw new CallerGone()
    return body
  }
}

const noQuery = { type: 'object', additionalProperties: false, properties: {} } as const

/** Whether a URL is one that the health check of a container requests every few seconds. */
export const isProbe = (url: string): boolean =>
  [`${controlPrefix}/health`, `${controlPrefix}/ready`].includes(url.split('?')[0] ?? '')
