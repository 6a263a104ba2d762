import type { AddressInfo } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { messageOf, OperatorError } from '../system/errors.ts'

/** Where the emulator is reached. */
export interface Place {
  /** Such as `http://127.0.0.1:8213`; for a wildcard address the loopback address that it includes. */
  readonly url: string
  readonly port: number
}

/** Listens with HTTPS besides; where, or an OperatorError. */
export async function listenTls(server: TlsServer, host: string, port: number): Promise<Place> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => resolve())
    })
  } catch (error) {
    throw new OperatorError(explain(error, host, port, '--tls-port'))
  }
  return placeOf('https', server.address() as AddressInfo, host)
}

/** Listens; an address that cannot be had is an OperatorError that says what to do next. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<Place> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new OperatorError(explain(error, host, port, '--port'))
  }
  return placeOf('http', app.server.address() as AddressInfo, host)
}

const placeOf = (scheme: string, address: AddressInfo, host: string): Place => ({
  url: `${scheme}://${reachable(address, host)}:${address.port}`,
  port: address.port,
})

function reachable({ address, family }: AddressInfo, host: string): string {
  if (host === 'localhost') return host
  if (address === '0.0.0.0') return '127.0.0.1'
  if (address === '::') return '[::1]'
  return family === 'IPv6' ? `[${address}]` : address
}

function explain(error: unknown, host: string, port: number, option: string): string {
  const at = `${host}:${port}`
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `${at} is in use, perhaps by another cvm-emulator. Stop that, give another ${option}, or ${option} 0 for a free one.`
    case 'EACCES':
      return `${at} may not be listened on by this user. Give a ${option} above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Give --host 127.0.0.1, or --host 0.0.0.0 for all addresses.`
    default:
      return `${at} cannot be listened on: ${messageOf(error)}`
  }
}
