import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

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
export function accessError(
  headers: Headers,
  origins: Origins,
  isOwnName: (name: string) => boolean,
): string | undefined {
  const name = (headers.host ?? 'localhost').replace(/:\d*$/, '')
  if (!isLocalName(name) && !isOwnName(name)) {
    return `The Host \`${headers.host}\` is not allowed here. Use localhost, an IP address, a name without dots, or a name in --tls-names.`
  }
  if (headers['sec-fetch-site'] === 'cross-site' && headers.origin === undefined) {
    return 'Cross-site web pages may not use the control interface.'
  }
  // Older browsers send no Origin when they post a form, only a Referer
  const origin = headers.origin ?? originOf(headers.referer)
  if (origin === undefined || origins.mayControl(origin)) return undefined
  const option = origins.optionFor(origin)
  const advice = option === undefined ? 'Serve the page from localhost.' : `To allow them, start with ${option}.`
  return `Web pages of ${origin} may not use the control interface. ${advice}`
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

/** The rights of web origins, according to `--cors-origin`. */
export interface Origins {
  /** Whether pages of this origin may read responses of the API. */
  mayCallApi(origin: string): boolean
  /**
   * Whether they may use the control interface: loopback and listed origins may, but `*` does not allow others. `null` may
   * not, even if it is listed: any page can give itself that origin, in a frame with `sandbox`.
   */
  mayControl(origin: string): boolean
  /** Returns the option that also allows this origin; undefined for a text that is no origin of pages, such as `null`. */
  optionFor(origin: string): string | undefined
}

/** `allowed` is the value of `--cors-origin`. */
export function createOrigins(allowed: readonly string[]): Origins {
  const isListed = (origin: string) => allowed.includes(origin) && !['loopback', '*', 'none'].includes(origin)
  const loopback = allowed.includes('loopback')
  const any = allowed.includes('*')
  return {
    mayCallApi: (origin) => any || isListed(origin) || (loopback && isLoopbackOrigin(origin)),
    optionFor: (origin) =>
      URL.canParse(origin) && new URL(origin).origin === origin
        ? `--cors-origin ${[...allowed.filter((entry) => entry !== 'none'), origin].join(',')}`
        : undefined,
    mayControl: (origin) => (isListed(origin) && origin !== 'null') || isLoopbackOrigin(origin),
  }
}

const isLoopbackOrigin = (origin: string) => URL.canParse(origin) && isLoopbackName(new URL(origin).hostname)

/** Whether a host name always denotes this machine: `localhost`, `x.localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname)
