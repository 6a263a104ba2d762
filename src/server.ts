import type { Writable } from 'node:stream'
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify, LogController } from 'fastify'
import type { Api } from './api-route.js'
import { type ControlOptions, controlPlane, controlPrefix } from './control/index.js'
import { allowBrowsers } from './cors.js'
import { answerAndClose, bodyLimit, bodyTooLarge, headerLimit, parserRefusal } from './http-limits.js'

export interface LogOptions {
  readonly level: string
  readonly stream: Writable
}

interface ServerOptions {
  readonly api: Api
  readonly apiPath: string
  /** A request that works, to be shown to whoever comes by another path. */
  readonly example: string
  readonly control: ControlOptions
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  readonly log: LogOptions | undefined
}

/** The HTTP server: the API at its path, the control plane at its prefix, a hint everywhere else. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { api, apiPath, closing, log } = options
  const app = fastify({
    logger: log ? { level: log.level, stream: log.stream, base: null } : false,
    // The API writes its own line a request; nothing else may print a URL, which holds a signature
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    bodyLimit,
    requestTimeout: 60_000,
    // Requests without a Host are the protocol's to judge, not the parser's
    http: { maxHeaderSize: headerLimit, requireHostHeader: false },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A client that takes us for its HTTP proxy sends the whole URL (RFC 9112, 3.2.2)
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*/i, ''),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ECONNRESET') socket.destroy()
      else answerAndClose(socket, '400 Bad Request', {}, api.refusal(parserRefusal(error.code), app.log))
    },
    frameworkErrors: (_error, { method, url }, reply: FastifyReply) => reply.code(404).send(hint(method, url)),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  })
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  const hint = (method: string, url: string) => ({
    error: {
      code: 'NotFound',
      message: `${method} ${url.split('?')[0]}: the API is at GET or POST ${apiPath}, as in ${options.example}`,
    },
  })

  app.addHook('onSend', async (_request, reply) => {
    if (closing.aborted) reply.header('Connection', 'close')
  })
  await allowBrowsers(app, options.control.origins)
  await app.register(controlPlane(options.control), { prefix: controlPrefix })
  await app.register(async (scope) => apiScope(scope, api, apiPath))

  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    if (path !== apiPath) return reply.code(404).send(hint(request.method, request.url))
    return reply.code(405).header('Allow', 'GET, POST').send(hint(request.method, request.url))
  })
  return app
}

function apiScope(app: FastifyInstance, api: Api, path: string): void {
  // A body is read by its content: signatures cover the bytes, clients mislabel them, and Fastify refuses odd labels
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async ({ raw }) => {
    delete raw.headers['content-type']
  })
  // Here only a body that is too long, or that breaks off, ends up
  app.setErrorHandler<FastifyError>((error, { raw, log }, reply) => {
    const refusal = error.statusCode === 413 ? bodyTooLarge : parserRefusal(error.code)
    reply.hijack()
    raw.resume()
    answerAndClose(raw.socket, '200 OK', reply.getHeaders(), api.refusal(refusal, log))
  })
  app.route({ method: ['GET', 'POST'], url: path, handler: api.answer })
}
