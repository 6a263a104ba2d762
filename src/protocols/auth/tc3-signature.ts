import { createHash, createHmac } from 'node:crypto'
import type { WireRequest } from '../parse/request.ts'
import { hostsOf30, hostViews } from './host-names.ts'

/** What an `Authorization: TC3-HMAC-SHA256 …` says. */
export interface Tc3Authorization {
  readonly secretId: string
  /** Of the scope, as sent: `2019-02-25` and `cvm`. */
  readonly date: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const authorizationPattern =
  /^TC3-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})\s*$/

/** Returns undefined when the header does not have the documented form (docs/behaviour.md#authorization-header). */
export function readAuthorization(header: string): Tc3Authorization | undefined {
  const [, credential = '', names = '', signature = ''] = authorizationPattern.exec(header) ?? []
  // The Node SDK may take a whole endpoint, with slashes in it, for the service
  const [secretId = '', date = '', ...rest] = credential.split('/')
  if (secretId === '' || rest.pop() !== 'tc3_request') return undefined
  const signedHeaders = names.toLowerCase().split(';')
  // Each once: a long header named a thousand times would take minutes to hash
  if (new Set(signedHeaders).size < signedHeaders.length) return undefined
  return { secretId, date, service: rest.join('/'), signedHeaders, signature }
}

/** What a client may have taken for each part of the canonical request. */
export interface CanonicalVariant {
  readonly method: string
  readonly path: string
  readonly query: string
  /** By lower-case name, as signed. */
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

/** The lines of step 2. */
export const canonicalRequest = ({
  method,
  path,
  query,
  headers,
  signedHeaders,
  payloadHash,
}: CanonicalVariant): string => {
  const lines = signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}\n`)
  return [method, path, query, lines.join(''), signedHeaders.join(';'), payloadHash].join('\n')
}

export interface Tc3Scope {
  readonly timestamp: string
  readonly date: string
  readonly service: string
}

/** The hash of the lines of step 2. */
export const hashOfVariant = (variant: CanonicalVariant): string => sha256(canonicalRequest(variant))

/** The lines of step 4. */
export const tc3StringToSign = (hashedRequest: string, { timestamp, date, service }: Tc3Scope): string =>
  `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${hashedRequest}`

/** Step 5: it is the same for every variant of a request. */
export const tc3SigningKey = (secretKey: string, { date, service }: Pick<Tc3Scope, 'date' | 'service'>): Buffer =>
  [date, service, 'tc3_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`TC3${secretKey}`),
  )

/** Step 6. */
export const tc3Signature = (signingKey: Buffer, text: string): string =>
  createHmac('sha256', signingKey).update(text).digest('hex')

export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * The ways in which real clients see a request, each made when it is asked for, the documented one first: path as
 * received or `/`; the query as received, in its own order and encoding; the host as received, without scheme or port,
 * or the service's own; Content-Type as received or with a charset; values of headers in lower case, as documented, or
 * as received.
 */
export function* canonicalVariants(
  request: WireRequest,
  { signedHeaders, service }: Tc3Authorization,
): Generator<CanonicalVariant, void> {
  const { method, path, query, headers, body } = request
  const type = headers.get('content-type') ?? ''
  const types = [type, ...(/charset/i.test(type) ? [] : [`${type}; charset=utf-8`])]
  const knownService = /^[a-z]+$/.test(service) ? service : 'cvm'
  const hosts = hostViews(headers.get('host') ?? '', hostsOf30(knownService, headers.get('x-tc-region')))
  const payload = headers.get('x-tc-content-sha256') === unsignedPayload ? unsignedPayload : body
  // A GET executes its query alone, and is documented to sign no body, even where it has one
  const payloads = new Set(method === 'GET' && body.length > 0 ? ['', payload] : [payload])
  const hashes = [...payloads].map(sha256)
  const queries = method === 'POST' && query !== '' ? ['', query] : [query]
  // The action too: clients sign it and do not say so
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
