import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { isLoopbackName, type Origins } from './origins.ts'

interface Headers {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly referer?: string | undefined
  readonly authorization?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}

/**
 * Returns why a request may not use the control prefix, or undefined. Whoever reaches the port may use it, but never a
 * web page of a foreign origin, nor a page whose DNS name was rebound to this address
 * (docs/behaviour.md#access-to-the-control-interface).
 */
export function accessError(
  headers: Headers,
  origins: Origins,
  isOwnName: (name: string) => boolean,
): string | undefined {
  const name = hostname(headers.host ?? 'localhost')
  if (!isLocalName(name) && !isOwnName(name)) {
    return `The Host \`${headers.host}\` is neither loopback, an IP address, a name without dots nor one of --tls-names.`
  }
  if (headers['sec-fetch-site'] === 'cross-site' && headers.origin === undefined) {
    return 'Web pages of other sites may not use this.'
  }
  // A form that an older browser posts names its page only here
  const origin = headers.origin ?? originOf(headers.referer)
  if (origin === undefined || origins.mayControl(origin)) return undefined
  return `Web pages of ${origin} may not use this; ${origins.advice(origin)} would allow it.`
}

const originOf = (referer: string | undefined) =>
  referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined

const hostname = (host: string) => host.replace(/:\d*$/, '')

const isLocalName = (name: string) =>
  isLoopbackName(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.')

/** Whether a request carries this bearer token; takes as long whatever it carries. */
export function hasToken({ authorization = '' }: Headers, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(authorization), hash(`Bearer ${token}`))
}
