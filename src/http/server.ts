import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import { type ControlOptions, controlPlane, controlPrefix, isProbe } from '../control/index.ts'
import { compilersFactory } from '../control/validation.ts'
import { shorten } from '../core/errors.ts'
import { redacted, redactText } from '../journal/redaction.ts'
import { apiPaths } from '../protocols/index.ts'
import { boundedLog, type LogStream } from './bounded-log.ts'
import { allowBrowsers } from './cors.ts'
import type { Api } from './exchange.ts'
import { hideSecretsOfControl } from './hide-secrets.ts'
import { bodyLimit, headerLimit, type Timeouts, toApiError } from './limits.ts'
import { answerAndClose, pendingAnswersSent } from './raw-answer.ts'
import { readBody } from './read-body.ts'
import { queueByConnection } from './request-queue.ts'

export interface LogOptions {
  readonly level: string
  readonly stream: LogStream
}

interface ServerOptions {
  readonly api: Api
  /** A working request, shown in the answer to unknown paths and methods. */
  readonly example: string
  readonly control: ControlOptions
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  readonly log: LogOptions | undefined
  readonly timeouts: Timeouts
}

/** Creates the HTTP server: the API, the control interface, and an error with a working example for any other path. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { api, closing, log, timeouts } = options
  const { containsSecret: isSecret } = options.control.accounts
  const noRoute = (method: string, url: string, code = 'NotFound') => ({
    error: {
      code,
      message: `No route for ${method} ${url.split('?')[0]}. Send API requests by GET or POST to ${apiPaths.join(' or ')}, for example: ${options.example}`,
    },
  })
  const app = fastify({
    logger: log ? { level: log.level, stream: boundedLog(log.stream), base: null } : false,
    // The lines of Fastify contain the URL, and with it the signature
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    bodyLimit,
    requestTimeout: timeouts.request,
    // A request without a Host header gets an error of the API, not of the parser
    http: {
      maxHeaderSize: headerLimit,
      requireHostHeader: false,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.checkInterval,
    },
    // The API reads its parameters itself, and the control routes have a hook that does
    routerOptions: { querystringParser: () => ({}) },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A client that uses the emulator as its HTTP proxy sends the absolute URL (RFC 9112, 3.2.2)
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*\/?/i, '/'),
    clientErrorHandler: (error, socket) => answerParserError(app, api, error, socket),
    frameworkErrors: (_error, { method, url }, reply: FastifyReply) =>
      reply.code(404).send(noRoute(method, isSecret(url) ? redacted : url)),
    schemaController: { compilersFactory },
  })
  const listeners = app.server.listeners('request') as RequestListener[]
  app.server.removeAllListeners('request')
  for (const listener of listeners) app.server.on('request', queueByConnection(listener))
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  acceptAnyBody(app)

  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing.aborted) reply.header('Connection', 'close')
    done()
  })
  hideSecretsOfControl(app, isSecret)
  await allowBrowsers(app, options.control.access.origins, isSecret)
  await app.register(async (scope) => apiRoute(scope, api))

  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, url } = request
    // The API writes its own line
    if (isApi(url) && !request.is404) return
    const [path = ''] = url.split('?')
    const level = isProbe(path) ? 'debug' : 'info'
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    app.log[level](
      { method, path: shorten(redactText(path, isSecret)), status: reply.statusCode, durationMs },
      'request completed',
    )
  })
  await app.register(controlPlane(options.control), { prefix: controlPrefix })

  const sendNoRoute = ({ method, url }: FastifyRequest, reply: FastifyReply) => {
    if (!isApi(url)) return reply.code(404).send(noRoute(method, url))
    return reply
      .code(405)
      .header('Allow', 'GET, POST')
      .send(noRoute(method, url, 'MethodNotAllowed'))
  }
  // By default Node silently ignores headers after the 2000th; `headerLimit` bounds them already
  app.server.maxHeadersCount = 0
  app.setNotFoundHandler(sendNoRoute)
  app.setErrorHandler((_error, request, reply) => sendNoRoute(request, reply))
  return app
}

const isApi = (url: string) => apiPaths.some((path) => url.startsWith(path) && '?'.startsWith(url[path.length] ?? ''))

/**
 * Reads every body as bytes, whatever its Content-Type: signatures cover the bytes, and clients send wrong types.
 * Fastify would refuse an invalid Content-Type and the body of a GET. The raw headers keep the Content-Type.
 */
function acceptAnyBody(app: FastifyInstance): void {
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', readBody)
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if ('content-type' in raw.headers) delete raw.headers['content-type']
    done()
  })
}

/** Whether a browser opens the address of the emulator. SDKs accept no HTML, or send parameters. */
const wantsPage = ({ method, url, headers }: FastifyRequest) =>
  method === 'GET' && url === '/' && /\btext\/html\b/.test(headers.accept ?? '')

function apiRoute(app: FastifyInstance, api: Api): void {
  // Only a body that is too large or incomplete causes an error here
  app.setErrorHandler<FastifyError>((error, { raw, log }, reply) => {
    const { connection: _close, ...headers } = reply.getHeaders()
    reply.hijack()
    raw.resume()
    answerAndClose(raw.socket, '200 OK', headers, api.answerUnreadable(toApiError(error), 200, log, raw))
  })
  const handler: typeof api.answer = (request, reply) =>
    wantsPage(request) ? void reply.redirect(`${controlPrefix}/`) : api.answer(request, reply)
  for (const url of apiPaths) app.route({ method: ['GET', 'POST'], url, handler })
}

/** Answers bytes that the HTTP parser refuses, after the earlier requests on the connection have been answered. */
async function answerParserError(app: FastifyInstance, api: Api, error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  await pendingAnswersSent(socket)
  if (!socket.writable) return
  answerAndClose(socket, '400 Bad Request', {}, api.answerUnreadable(toApiError(error), 400, app.log))
}
