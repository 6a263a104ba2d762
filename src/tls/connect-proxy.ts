import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer, type Server as TlsServer } from 'node:tls'
import { lazy } from '../system/lazy.ts'
import type { KeyedCertificate } from './certificates.ts'
import { isOneOf } from './names.ts'

interface ConnectProxyOptions {
  /** The HTTP server behind every door. */
  readonly http: Server
  readonly names: readonly string[]
  /** The server's certificate; asked for once, when the first TLS connection comes. */
  certificate(): Promise<KeyedCertificate>
  /** How long a tunnel or a handshake may take to begin, in milliseconds. */
  readonly timeouts: number
  /** Resolves when the answers that are pending on a connection have been sent. */
  answersSent(socket: Socket): Promise<void>
  /** Answers on the bare socket and closes it. */
  answerAndClose(socket: Socket, status: string, headers: Readonly<Record<string, unknown>>, body: Buffer): void
  onRefused(target: string): void
  /** No certificate could be had. */
  onFailed(error: unknown): void
}

/** The ways to the HTTP server that lead through TLS. */
export interface ConnectProxy {
  /** Ends TLS and hands over to the HTTP server; may be listened on. */
  tls(): Promise<TlsServer>
  /** Takes no more connections; resolves when those that it took have ended. */
  stopListening(): Promise<void>
  /** Ends every connection that is left. */
  destroy(): void
}

/**
 * Makes the HTTP server a CONNECT proxy that ends TLS for `names` and refuses every other target: nothing is ever
 * connected outward. What comes out of the tunnel, TLS or plain, goes to the same HTTP server.
 */
export function createConnectProxy(options: ConnectProxyOptions): ConnectProxy {
  const { http, names, certificate, timeouts, onRefused, onFailed } = options
  const open = new Set<Duplex>()
  const servers = new Set<TlsServer>()
  const keep = (socket: Duplex) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // A client that breaks off, or does not trust us, is no event
    socket.on('error', () => socket.destroy())
  }
  const tlsServer = lazy(async () => {
    const tlsOptions = { ...(await certificate()), ALPNProtocols: ['http/1.1'], handshakeTimeout: timeouts }
    const server = createServer(tlsOptions, (socket) => {
      http.emit('connection', socket)
    })
    server.on('connection', keep)
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    servers.add(server)
    return server
  })

  http.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    keep(socket)
    openTunnel(request.url ?? '', socket, head).catch((error: unknown) => fail(socket, error))
  })

  const openTunnel = async (target: string, socket: Socket, head: Buffer) => {
    await options.answersSent(socket)
    const host = target.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    if (!isOneOf(names, host)) {
      onRefused(target)
      options.answerAndClose(socket, '403 Forbidden', {}, Buffer.from(refusal(names)))
      return
    }
    if (!socket.writable) {
      socket.destroy()
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    socket.setTimeout(timeouts, () => socket.destroy())
    // Whoever hangs up before the first byte gets it back; `allowHalfOpen` would keep the socket for ever
    socket.once('end', () => socket.destroy())
    socket.once('readable', () => enter(socket).catch((error: unknown) => fail(socket, error)))
  }

  const enter = async (socket: Socket) => {
    const first: Buffer | null = socket.read()
    if (first === null) return
    socket.unshift(first)
    const server = first[0] === 0x16 ? await tlsServer() : http
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
    destroy() {
      for (const socket of open) socket.destroy()
    },
  }
}

const refusal = (names: readonly string[]): string =>
  JSON.stringify({
    error: {
      code: 'Forbidden',
      message: `This is cvm-emulator, which is a proxy for ${names.join(', ')} only, and connects nowhere else.`,
    },
  })
