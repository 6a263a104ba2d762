import { createHash, createHmac } from 'node:crypto'
import type { WireRequest } from '../parse/request.ts'
import { hostsOf30, hostVariants } from './host-names.ts'

/** The parts of an `Authorization: TC3-HMAC-SHA256 …` header. */
export interface Tc3Authorization {
  readonly secretId: string
  /** Date and service of the credential scope: `2019-02-25` and `cvm`. */
  readonly date: string
  readonly service: string
  /** The end of the scope: `tc3_request`. */
  readonly suffix: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const authorizationPattern =
  /^TC3-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)\s*$/

/** Returns undefined when the header does not have the documented form (docs/behaviour.md#authorization-header). */
export function readAuthorization(header: string): Tc3Authorization | undefined {
  const [, credential = '', names = '', signature = ''] = authorizationPattern.exec(header) ?? []
  // The Node SDK may send its endpoint as the service, with slashes in it
  const [secretId = '', date = '', ...rest] = credential.split('/')
  const suffix = rest.pop()
  if (secretId === '' || suffix === undefined) return undefined
  const signedHeaders = names.toLowerCase().split(';')
  // A long header that is listed a thousand times would take minutes to hash
  if (new Set(signedHeaders).size < signedHeaders.length) return undefined
  return { secretId, date, service: rest.join('/'), suffix, signedHeaders, signature }
}

/** The parts of a canonical request, as one client or another sees them. */
export interface CanonicalVariant {
  readonly method: string
  readonly path: string
  readonly query: string
  /** The signed values, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

/** The canonical request of TC3-HMAC-SHA256. */
export function canonicalRequest(variant: CanonicalVariant): string {
  const { method, path, query, headers, signedHeaders, payloadHash } = variant
  const lines = signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}\n`)
  return [method, path, query, lines.join(''), signedHeaders.join(';'), payloadHash].join('\n')
}

/** The end of every scope. */
export const scopeSuffix = 'tc3_request'

export interface Tc3Scope {
  readonly timestamp: string
  readonly date: string
  readonly service: string
  /** The end of the scope, if it is another one than is documented. */
  readonly suffix?: string
}

/** The UTC date of a timestamp in UNIX seconds; an empty text when it is none, or after the year 9999, as milliseconds are. */
export function utcDate(timestamp: string | number): string {
  const time = new Date(Number(timestamp) * 1000)
  return Number.isNaN(time.getTime()) ? '' : (/^\d{4}-\d\d-\d\d/.exec(time.toISOString())?.[0] ?? '')
}

/** The hash of the canonical request, in hexadecimal. */
export const hashOfVariant = (variant: CanonicalVariant): string => sha256(canonicalRequest(variant))

/** The string to sign of TC3-HMAC-SHA256. */
export const tc3StringToSign = (hashedRequest: string, { timestamp, date, service, suffix = scopeSuffix }: Tc3Scope) =>
  `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/${suffix}\n${hashedRequest}`

/** The key derived from SecretKey, date and service. It is the same for every variant of a request. */
export const tc3SigningKey = (secretKey: string, { date, service }: Pick<Tc3Scope, 'date' | 'service'>): Buffer =>
  [date, service, scopeSuffix].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`TC3${secretKey}`),
  )

/** The signature of a string to sign, in hexadecimal. */
export const tc3Signature = (signingKey: Buffer, text: string): string =>
  createHmac('sha256', signingKey).update(text).digest('hex')

export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * Yields the variants in which real clients sign a request, the documented one first: the path as received or `/`; the
 * query as received or, in a POST, empty; the host as received, without scheme or port, or a host of the service;
 * Content-Type as received or with a charset; values of headers in lower case, as documented, or as received.
 */
export function* canonicalVariants(
  request: WireRequest,
  { signedHeaders, service }: Tc3Authorization,
): Generator<CanonicalVariant, void> {
  const { method, path, query, headers, body } = request
  const type = headers.get('content-type') ?? ''
  const types = [type, ...(/charset/i.test(type) ? [] : [`${type}; charset=utf-8`])]
  const knownService = /^[a-z]+$/.test(service) ? service : 'cvm'
  const hosts = hostVariants(headers.get('host') ?? '', hostsOf30(knownService, headers.get('x-tc-region')))
  const payload = headers.get('x-tc-content-sha256') === unsignedPayload ? unsignedPayload : body
  // For a GET only the query is executed; the documentation signs an empty body, even if it has one
  const payloads = new Set(method === 'GET' && body.length > 0 ? ['', payload] : [payload])
  const hashes = [...payloads].map(sha256)
  const queries = method === 'POST' && query !== '' ? ['', query] : [query]
  // X-TC-Action is included because some clients sign it without listing it
  const signed = new Map([...signedHeaders, 'x-tc-action'].map((name) => [name, headers.get(name)?.trim() ?? '']))
  for (const signedPath of new Set(['/', path]))
    for (const signedQuery of queries)
      for (const host of hosts)
        for (const contentType of types)
          for (const values of headerVariants(signed, host, contentType))
            for (const payloadHash of hashes)
              yield { method, path: signedPath, query: signedQuery, headers: values, signedHeaders, payloadHash }
}

function headerVariants(signed: ReadonlyMap<string, string>, host: string, contentType: string) {
  const trimmed = new Map(signed).set('host', host)
  if (contentType) trimmed.set('content-type', contentType)
  const lower = new Map([...trimmed].map(([name, value]) => [name, value.toLowerCase()]))
  const differ = [...trimmed].some(([name, value]) => lower.get(name) !== value)
  return differ ? [lower, trimmed] : [lower]
}
