import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer, type Server as TlsServer } from 'node:tls'
import type { KeyedCertificate } from './certificates.js'
import { isOneOf } from './names.js'
import { once } from './once.js'

interface DoorsOptions {
  /** The HTTP server behind every door. */
  readonly http: Server
  readonly names: readonly string[]
  /** The server's certificate; asked for once, when the first TLS connection comes. */
  certificate(): Promise<KeyedCertificate>
  onRefused(target: string): void
  /** No certificate could be had. */
  onFailed(error: unknown): void
}

/** How long a tunnel may be open before anything comes through it, in milliseconds. */
const longestSilence = 60_000

/** The ways to the HTTP server that lead through TLS. */
export interface Doors {
  /** Ends TLS and hands over to the HTTP server; may be listened on. */
  tls(): Promise<TlsServer>
  close(): void
}

/**
 * Makes the HTTP server a CONNECT proxy that ends TLS for `names` and refuses every other target: nothing is ever
 * connected outward. What comes out of the tunnel, TLS or plain, goes to the same HTTP server.
 */
export function openDoors({ http, names, certificate, onRefused, onFailed }: DoorsOptions): Doors {
  const open = new Set<Duplex>()
  const servers = new Set<TlsServer>()
  const keep = (socket: Duplex) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // A client that breaks off, or does not trust us, is no event
    socket.on('error', () => socket.destroy())
  }
  const tlsServer = once(async () => {
    const server = createServer({ ...(await certificate()), ALPNProtocols: ['http/1.1'] }, (socket) => {
      http.emit('connection', socket)
    })
    server.on('connection', keep)
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    servers.add(server)
    return server
  })

  http.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    keep(socket)
    const target = request.url ?? ''
    const host = target.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    if (!isOneOf(names, host)) {
      onRefused(target)
      socket.end(refusal(names))
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    socket.setTimeout(longestSilence, () => socket.destroy())
    socket.once('readable', () => enter(socket).catch((error: unknown) => fail(socket, error)))
  })

  const enter = async (socket: Socket) => {
    const first: Buffer | null = socket.read()
    if (first === null) {
      socket.destroy()
      return
    }
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
    close() {
      for (const server of servers) server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function refusal(names: readonly string[]): string {
  const body = `This is cvm-emulator, which is a proxy for ${names.join(', ')} only, and connects nowhere else.\n`
  const head = [
    'HTTP/1.1 403 Forbidden',
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
