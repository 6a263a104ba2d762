import { isIP } from 'node:net'
import { isLoopbackName, type Origins } from '../origins.js'
import { isOneOf } from '../tls/names.js'

interface Headers {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}

/**
 * Why a request may not use the control prefix, or undefined. Whoever reaches the port may, but never a web page of a
 * foreign origin, nor one whose DNS name was rebound to this address (design.md, Running it).
 */
export function refuseAccess(headers: Headers, origins: Origins, names: readonly string[]): string | undefined {
  const name = hostname(headers.host ?? 'localhost')
  if (!isLocalName(name) && !isOneOf(names, name)) {
    return `The Host \`${headers.host}\` is neither loopback, an IP address, a name without dots nor one of --tls-names.`
  }
  if (headers.origin !== undefined) {
    if (origins.mayControl(headers.origin)) return undefined
    return `Web pages of ${headers.origin} may not use this; ${origins.advice(headers.origin)} would allow it.`
  }
  return headers['sec-fetch-site'] === 'cross-site' ? 'Web pages of other sites may not use this.' : undefined
}

const hostname = (host: string) => host.replace(/:\d*$/, '')

const isLocalName = (name: string) =>
  isLoopbackName(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.')
