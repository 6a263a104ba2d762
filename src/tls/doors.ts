import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createServer, type Server as TlsServer } from 'node:tls'
import type { KeyedCertificate } from './certificates.js'
import { isOneOf } from './names.js'

interface DoorsOptions {
  /** The HTTP server behind every door. */
  readonly http: Server
  readonly names: readonly string[]
  /** The server's certificate; asked for once, when the first TLS connection comes. */
  certificate(): Promise<KeyedCertificate>
  onRefused(target: string): void
}

/** The ways to the HTTP server that lead through TLS. */
export interface Doors {
  /** Ends TLS and hands over to the HTTP server; may be listened on. */
  readonly tls: Promise<TlsServer>
  close(): void
}

/**
 * Makes the HTTP server a CONNECT proxy that ends TLS for `names` and refuses every other target: nothing is ever
 * connected outward. What comes out of the tunnel, TLS or plain, goes to the same HTTP server.
 */
export function openDoors({ http, names, certificate, onRefused }: DoorsOptions): Doors {
  const open = new Set<Duplex>()
  const keep = (socket: Duplex) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // A client that breaks off, or does not trust us, is no event
    socket.on('error', () => socket.destroy())
  }
  let tls: Promise<TlsServer> | undefined
  const tlsServer = () => {
    tls ??= certificate().then((own) => {
      const server = createServer({ ...own, ALPNProtocols: ['http/1.1'] }, (socket) => http.emit('connection', socket))
      server.on('connection', keep)
      server.on('tlsClientError', (_error, socket) => socket.destroy())
      return server
    })
    return tls
  }

  http.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
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
    socket.once('readable', () => enter(socket))
  })

  const enter = async (socket: Duplex) => {
    const first: Buffer | null = socket.read()
    if (first === null) return
    socket.unshift(first)
    const isTls = first[0] === 0x16
    const server = isTls ? await tlsServer() : http
    server.emit('connection', socket)
  }

  return {
    get tls() {
      return tlsServer()
    },
    close() {
      tls?.then((server) => server.close())
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
