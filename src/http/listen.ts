import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { messageOf, OperatorError } from '../system/errors.ts'

/** The address of a listening server. */
export interface Address {
  /** Such as `http://127.0.0.1:8213`. For a wildcard address it has the loopback address. */
  readonly url: string
  readonly port: number
}

/** What the servers beside the HTTP server speak: the option that sets their port, and their name. */
const schemes = {
  https: { option: '--tls-port', name: 'HTTPS' },
  ssh: { option: '--ssh-port', name: 'SSH' },
} as const

/**
 * Starts another server than that of HTTP. Throws an OperatorError with advice when the address cannot be used. Later errors,
 * such as a connection that could not be accepted because too many files are open, are logged.
 */
export async function listenBeside(
  server: Server,
  scheme: keyof typeof schemes,
  port: number,
  { host, log }: { readonly host: string; readonly log: FastifyBaseLogger },
): Promise<Address> {
  const start = async (address: string) => {
    server.listen({ host: address, port })
    await once(server, 'listening')
  }
  const { option, name } = schemes[scheme]
  try {
    // Where IPv6 is missing, the line about the HTTP server has said so
    await start(host).catch((error: unknown) => start(withoutIpv6(error, host)))
    server.on('error', (error) => log.error({ err: error }, 'server error'))
  } catch (error) {
    throw new OperatorError(adviceFor(error, host, port, option))
  }
  const address = toAddress(scheme, server.address() as AddressInfo, host)
  log.info({ url: address.url }, `${name} listening`)
  return address
}

/** Starts the HTTP server. Throws an OperatorError with advice when the address cannot be used. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<Address> {
  try {
    await app.listen({ host, port }).catch((error: unknown) => {
      const replacement = withoutIpv6(error, host)
      app.log.warn(`There is no IPv6 here: listening on ${replacement} in place of ${host}`)
      return app.listen({ host: replacement, port })
    })
  } catch (error) {
    throw new OperatorError(adviceFor(error, host, port, '--port'))
  }
  return toAddress('http', app.server.address() as AddressInfo, host)
}

/**
 * `::` accepts IPv4, too. Where the kernel has no IPv6, as in many containers, IPv4 is all that is left: returns the address
 * to try in place of `host`. Throws any other error.
 */
function withoutIpv6(error: unknown, host: string): string {
  const { code } = error as NodeJS.ErrnoException
  if (host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) return '0.0.0.0'
  throw error
}

const toAddress = (scheme: string, address: AddressInfo, host: string): Address => ({
  url: `${scheme}://${reachableHost(address, host)}:${address.port}`,
  port: address.port,
})

function reachableHost({ address, family }: AddressInfo, host: string): string {
  if (host === 'localhost') return host
  // A container may listen on `::` and have no `::1`
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  return family === 'IPv6' ? `[${address}]` : address
}

function adviceFor(error: unknown, host: string, port: number, option: string): string {
  const hostAndPort = `${host.includes(':') ? `[${host}]` : host}:${port}`
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `${hostAndPort} is in use, perhaps by another cvm-emulator. Stop it, or choose another ${option} (0 = any free port).`
    case 'EACCES':
      return `This user may not listen on ${hostAndPort}. Choose a ${option} above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Use --host 127.0.0.1, or --host 0.0.0.0 for all addresses.`
    case 'EMFILE':
    case 'ENFILE':
      return `Cannot listen on ${hostAndPort}: too many open files. Raise the limit, for example: ulimit -n 1024.`
    default:
      return `Cannot listen on ${hostAndPort}: ${messageOf(error)}`
  }
}
