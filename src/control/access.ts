import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { isHostName, matchesHostName } from '../system/host-names.ts'
import { createOrigins, isLoopbackName, type Origins, originError } from './origins.ts'

/** Which requests may use the control interface. */
export interface Access {
  readonly hosts: {
    /** The names of --allowed-hosts. */
    readonly allowed: readonly string[]
    isServiceHost(name: string): boolean
  }
  readonly origins: Origins
}

/** Creates the access of `--allowed-hosts` and `--cors-origin`. */
export const createAccess = (
  { allowedHosts = [], corsOrigin }: AccessOptions,
  isServiceHost: (name: string) => boolean,
): Access => ({ hosts: { allowed: allowedHosts, isServiceHost }, origins: createOrigins(corsOrigin) })

interface AccessOptions {
  readonly allowedHosts: readonly string[] | undefined
  readonly corsOrigin: readonly string[]
}

interface Headers {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly referer?: string | undefined
  readonly authorization?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}

/**
 * Returns why a request may not use the control interface, or undefined if it may. Every program that reaches the port may
 * use it, but no web page of a foreign origin, and no page whose DNS name was rebound to this address
 * (docs/behaviour.md#access-to-the-control-interface).
 */
export const accessError = (headers: Headers, { hosts, origins }: Access): string | undefined =>
  hostError(headers, hosts) ?? pageError(headers, origins)

/** Returns why a web page may not send a request, or undefined if it may or if no page sent it. */
export function pageError(headers: Headers, origins: Origins): string | undefined {
  if (headers['sec-fetch-site'] === 'cross-site' && headers.origin === undefined) {
    return 'Cross-site web pages may not use the control interface.'
  }
  // Older browsers send no Origin when they post a form, only a Referer
  const origin = headers.origin ?? originOf(headers.referer)
  return origin === undefined || origins.mayControl(origin)
    ? undefined
    : originError(origin, origins, 'control interface')
}

function hostError({ host = 'localhost' }: Headers, { allowed, isServiceHost }: Access['hosts']): string | undefined {
  // A name may end with the dot of the root: `emulator.test.`
  const name = host.replace(/\.?(:\d*)?$/, '').toLowerCase()
  if (isLocalName(name) || isServiceHost(name) || matchesHostName(allowed, name)) return undefined
  const added = isHostName(name) ? name : 'NAME'
  return `The Host \`${host}\` is not allowed here. Use localhost, an IP address or a name without dots, or start with --allowed-hosts ${[...allowed, added].join(',')}.`
}

const originOf = (referer: string | undefined) =>
  referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined

const isLocalName = (name: string) =>
  isLoopbackName(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.')

/** Whether a request carries this bearer token. Compares hashes in constant time, so that timing does not reveal the token. */
export function hasToken({ authorization = '' }: Headers, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(authorization), hash(`Bearer ${token}`))
}
