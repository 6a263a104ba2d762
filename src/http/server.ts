import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
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
import { apiPaths } from '../protocols/index.ts'
import { allowBrowsers } from './cors.ts'
import type { Api } from './exchange.ts'
import {
  bodyLimit,
  bodyTooLarge,
  headerLimit,
  isTlsHello,
  parserRefusal,
  type Timeouts,
  tlsOnPlainPort,
} from './limits.ts'
import { answerAndClose, answersUnderWay } from './raw-answer.ts'

export interface LogOptions {
  readonly level: string
  readonly stream: Writable
}

interface ServerOptions {
  readonly api: Api
  /** A request that works, to be shown to whoever comes by another path. */
  readonly example: string
  readonly control: ControlOptions
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  readonly log: LogOptions | undefined
  readonly timeouts: Timeouts
}

/** The HTTP server: the API at its paths, the control plane at its prefix, a hint everywhere else. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { api, closing, log, timeouts } = options
  const hint = (method: string, url: string, code = 'NotFound') => ({
    error: {
      code,
      message: `${method} ${url.split('?')[0]}: the API is at GET or POST ${apiPaths.join(' and ')}, as in ${options.example}`,
    },
  })
  const app = fastify({
    logger: log ? { level: log.level, stream: log.stream, base: null } : false,
    // We write our own line a request; nothing else may print a URL, which holds a signature
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    bodyLimit,
    requestTimeout: timeouts.request,
    // Requests without a Host are the protocol's to judge, not the parser's
    http: {
      maxHeaderSize: headerLimit,
      requireHostHeader: false,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.checking,
    },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A client that takes us for its HTTP proxy sends the whole URL (RFC 9112, 3.2.2)
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*\/?/i, '/'),
    clientErrorHandler: (error, socket) => answerBadBytes(app, api, error, socket),
    frameworkErrors: (_error, { method, url }, reply: FastifyReply) => reply.code(404).send(hint(method, url)),
    schemaController: { compilersFactory },
  })
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  takeAnyBody(app)

  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing.aborted) reply.header('Connection', 'close')
    done()
  })
  await allowBrowsers(app, options.control.origins)
  await app.register(async (scope) => apiRoute(scope, api))

  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, url } = request
    // The API writes a line of its own
    if (isApi(url) && !request.is404) return
    const [path = ''] = url.split('?')
    const level = isProbe(path) ? 'debug' : 'info'
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    app.log[level]({ method, path: shorten(path), status: reply.statusCode, durationMs }, 'request completed')
  })
  await app.register(controlPlane(options.control), { prefix: controlPrefix })

  const turnAway = ({ method, url }: FastifyRequest, reply: FastifyReply) => {
    if (!isApi(url)) return reply.code(404).send(hint(method, url))
    return reply
      .code(405)
      .header('Allow', 'GET, POST')
      .send(hint(method, url, 'MethodNotAllowed'))
  }
  // Node would drop those after the 2000th without a word; `headerLimit` bounds them all
  app.server.maxHeadersCount = 0
  app.setNotFoundHandler(turnAway)
  app.setErrorHandler((_error, request, reply) => turnAway(request, reply))
  return app
}

const isApi = (url: string) => apiPaths.some((path) => url.startsWith(path) && '?'.startsWith(url[path.length] ?? ''))

/**
 * A body is read as bytes whatever its label: signatures cover the bytes, clients mislabel them, and Fastify refuses
 * odd labels and the body of a GET. The label itself stays in the raw headers.
 */
function takeAnyBody(app: FastifyInstance): void {
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if ('content-type' in raw.headers) delete raw.headers['content-type']
    done()
  })
}

function apiRoute(app: FastifyInstance, api: Api): void {
  // Here only a body that is too long, or that breaks off, ends up
  app.setErrorHandler<FastifyError>((error, { raw, log }, reply) => {
    const refusal = error.statusCode === 413 ? bodyTooLarge : parserRefusal(error.code)
    const { connection: _close, ...headers } = reply.getHeaders()
    reply.hijack()
    raw.resume()
    answerAndClose(raw.socket, '200 OK', headers, api.answerUnreadable(refusal, log, raw))
  })
  for (const url of apiPaths) app.route({ method: ['GET', 'POST'], url, handler: api.answer })
}

/** Answers bytes that are no request, after the requests before them on the same connection. */
async function answerBadBytes(
  app: FastifyInstance,
  api: Api,
  error: NodeJS.ErrnoException,
  socket: Socket,
): Promise<void> {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = isTlsHello(error) ? tlsOnPlainPort : parserRefusal(error.code)
  await answersUnderWay(socket)
  if (socket.writable) answerAndClose(socket, '400 Bad Request', {}, api.answerUnreadable(refusal, app.log))
}
