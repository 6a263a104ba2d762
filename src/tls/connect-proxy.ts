import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer, type SecureContext, type Server as TlsServer } from 'node:tls'
import { lazy } from '../system/lazy.ts'
import type { TlsIdentity } from './identity.ts'

/** The record type with which every TLS connection begins. */
const tlsHandshake = 0x16

interface ConnectProxyOptions {
  /** The HTTP server that receives the requests of all tunnels and TLS connections. */
  readonly http: Server
  readonly identity: TlsIdentity
  /** How long to wait for the first byte in a tunnel and for the TLS handshake, in milliseconds. */
  readonly timeoutMs: number
  /** Resolves when all responses that are pending on a connection have been sent. */
  answersSent(socket: Socket): Promise<void>
  /** Writes a response to the socket and closes it. */
  answerAndClose(socket: Socket, status: string, headers: Readonly<Record<string, unknown>>, body: Buffer): void
  /** Called when a CONNECT target is refused. */
  onRefused(target: string): void
  /** Called when the certificate cannot be loaded or issued. */
  onFailed(error: unknown): void
}

/** The TLS server and the tunnels of an HTTP server. */
export interface ConnectProxy {
  /** Returns the server that terminates TLS and passes connections to the HTTP server. It does not listen yet. */
  tls(): Promise<TlsServer>
  /** Stops accepting TLS connections; resolves when the existing ones have ended. */
  stopListening(): Promise<void>
  /** Lets the process end although these servers listen and have connections. */
  unref(): void
  /** Closes all remaining connections. */
  destroy(): void
}

/**
 * Makes the HTTP server a CONNECT proxy that terminates TLS for its own names and refuses every other target. It never
 * opens an outbound connection: the requests in a tunnel, with or without TLS, go to the same HTTP server.
 */
export function createConnectProxy(options: ConnectProxyOptions): ConnectProxy {
  const { http, identity, timeoutMs, onRefused, onFailed } = options
  const sockets = new Set<Duplex>()
  const servers = new Set<TlsServer>()
  const track = (socket: Duplex) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that disconnects or does not trust the certificate is not worth a log line
    socket.on('error', () => socket.destroy())
  }
  /** The sockets in a tunnel: the raw ones, and the TLS ones in them. A tunnel in a tunnel could be nested without end. */
  const inTunnel = new WeakSet<Duplex>()
  const createTlsServer = async (onSocket: (socket: Duplex) => void) => {
    const tlsOptions = {
      ...(await identity.certificate()),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: timeoutMs,
      SNICallback(name: string, respond: (error: Error | null, context?: SecureContext) => void) {
        identity.contextFor(name).then((context) => respond(null, context), respond)
      },
    }
    const server = createServer(tlsOptions, (socket) => {
      onSocket(socket)
      http.emit('connection', socket)
    })
    server.on('connection', track)
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    servers.add(server)
    return server
  }
  const tlsServer = lazy(() => createTlsServer(() => {}))
  const tunnelServer = lazy(() => createTlsServer((socket) => inTunnel.add(socket)))

  http.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (inTunnel.has(socket)) {
      options.answerAndClose(socket, '400 Bad Request', {}, Buffer.from(nestedBody))
      return
    }
    track(socket)
    openTunnel(request.url ?? '', socket, head).catch((error: unknown) => fail(socket, error))
  })

  const openTunnel = async (target: string, socket: Socket, head: Buffer) => {
    await options.answersSent(socket)
    const host = target.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    if (!identity.isOwnName(host)) {
      onRefused(target)
      options.answerAndClose(socket, '403 Forbidden', {}, Buffer.from(refusalBody(identity.names)))
      return
    }
    if (!socket.writable) {
      socket.destroy()
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    socket.setTimeout(timeoutMs, () => socket.destroy())
    // Because of `allowHalfOpen`, a socket whose client ends before the first byte would stay open for ever
    socket.once('end', () => socket.destroy())
    socket.once('readable', () => passOn(socket).catch((error: unknown) => fail(socket, error)))
  }

  /** Passes the socket to the TLS server or the HTTP server, depending on its first byte. */
  const passOn = async (socket: Socket) => {
    const start: Buffer | null = socket.read()
    if (start === null) return
    socket.unshift(start)
    inTunnel.add(socket)
    const server = start[0] === tlsHandshake ? await tunnelServer() : http
    socket.setTimeout(0)
    server.emit('connection', socket)
  }

  const fail = (socket: Socket, error: unknown) => {
    socket.destroy()
    onFailed(error)
  }

  return {
    tls: tlsServer,
    async stopListening() {
      const listening = [...servers].filter((server) => server.listening)
      await Promise.all(listening.map((server) => new Promise<unknown>((resolve) => server.close(resolve))))
    },
    unref() {
      for (const server of [http, ...servers]) {
        server.unref()
        server.on('connection', (socket: Socket) => socket.unref())
      }
    },
    destroy() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const nestedBody = JSON.stringify({
  error: { code: 'BadRequest', message: 'A CONNECT inside a tunnel is not supported.' },
})

const refusalBody = (names: readonly string[]): string =>
  JSON.stringify({
    error: {
      code: 'Forbidden',
      message: `cvm-emulator is a proxy only for ${names.join(', ')} and the other hosts of the service. Add a name with --tls-names. It opens no outbound connections.`,
    },
  })
