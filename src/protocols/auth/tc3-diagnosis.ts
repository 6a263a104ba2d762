import type { Diagnosis } from '../../core/call.ts'
import type { Accounts } from '../../identity/accounts.ts'
import type { WireRequest } from '../parse/request.ts'
import { isSecretText, maxShownLength, unknownMistake, wrongKey } from './hmac-diagnosis.ts'
import {
  type CanonicalVariant,
  canonicalRequest,
  canonicalVariants,
  hashOfVariant,
  sha256,
  type Tc3Authorization,
  type Tc3Scope,
  tc3Signature,
  tc3SigningKey,
  tc3StringToSign,
  unsignedPayload,
  utcDate,
} from './tc3-signature.ts'

interface FailedSignature {
  readonly request: WireRequest
  readonly proof: Tc3Authorization
  readonly timestamp: string
  readonly secretKey: string
}

/** A possible mistake, and the variants, scopes or keys that it leads to. */
interface Hypothesis {
  readonly mistake: string
  readonly variants?: readonly CanonicalVariant[]
  readonly dates?: readonly string[]
  readonly services?: readonly string[]
  readonly keys?: readonly string[]
}

/** Finds the likely cause of a TC3 signature that does not match, as `diagnose` does for HMAC. */
export function diagnoseTc3(failed: FailedSignature, accounts: Accounts): Diagnosis {
  const { request, proof, timestamp } = failed
  const date = utcDate(timestamp) || proof.date
  const described = describeTc3(request, proof, { timestamp, date, service: proof.service }, accounts)
  if (date !== proof.date) {
    return { ...described, mistake: `the date in the scope is not ${date}, the UTC date of X-TC-Timestamp` }
  }
  const isLong = proof.signedHeaders.length > maxTriedHeaders
  return { ...described, mistake: isLong ? tooManyHeaders : search(failed, accounts.credentials) }
}

/** The canonical request and the string to sign that are expected with this scope, with secrets hidden. */
export function describeTc3(
  request: WireRequest,
  proof: Tc3Authorization,
  scope: Tc3Scope,
  { containsSecret }: Accounts,
): Omit<Diagnosis, 'mistake'> {
  const first = canonicalVariants(request, proof).next().value as CanonicalVariant
  const shown = { ...first, headers: hideHeaders(first.headers), query: hideSecrets(first.query, containsSecret) }
  // A secret is not recognized in lower case or as a part of the scope
  const asSent = [...request.headers].filter(([name]) => name === 'authorization' || shownHeaderPattern.test(name))
  const hidesAll = asSent.some(([, value]) => containsSecret(value))
  const text = (lines: string) => (hidesAll || containsSecret(lines) ? '***' : lines.slice(0, maxShownLength))
  return {
    canonicalRequest: text(canonicalRequest(shown)),
    stringToSign: text(tc3StringToSign(hashOfVariant(first), scope)),
  }
}

/** Trying every mistake on more signed headers would delay other requests; clients sign only a few. */
const maxTriedHeaders = 100
const tooManyHeaders = `unknown; more than ${maxTriedHeaders} signed headers are too many to try known mistakes`

function search(failed: FailedSignature, credentials: Accounts['credentials']): string {
  const { request, proof, timestamp, secretKey } = failed
  const variants = [...canonicalVariants(request, proof)]
  const hashes = variants.map(hashOfVariant)
  const match = hypotheses(failed, variants, credentials).find((hypothesis) => {
    const candidates = hypothesis.variants?.map(hashOfVariant) ?? hashes
    return (hypothesis.keys ?? [secretKey]).some((key) =>
      (hypothesis.dates ?? [proof.date]).some((date) =>
        (hypothesis.services ?? [proof.service]).some((service) => {
          const scope = { timestamp, date, service }
          const signingKey = tc3SigningKey(key, scope)
          return candidates.some((hash) => tc3Signature(signingKey, tc3StringToSign(hash, scope)) === proof.signature)
        }),
      ),
    )
  })
  return match?.mistake ?? unknownMistake
}

const hideSecrets = (query: string, containsSecret: (text: string) => boolean) =>
  query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
      return isSecretText(name, value, containsSecret) ? `${name}=***` : pair
    })
    .join('&')

/** Cannot throw: the query was decoded before. */
const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

const shownHeaderPattern = /^(content-type|host|x-tc-(action|version|timestamp|region|language))$/

const hideHeaders = (headers: ReadonlyMap<string, string>) =>
  new Map([...headers].map(([name, value]) => [name, shownHeaderPattern.test(name) ? value : '***']))

function hypotheses(
  { request, proof, timestamp, secretKey }: FailedSignature,
  variants: readonly CanonicalVariant[],
  credentials: Accounts['credentials'],
): Hypothesis[] {
  const { method, query, headers, body } = request
  const withHeader = (name: string, values: readonly string[]) =>
    variants.flatMap((base) => values.map((value) => ({ ...base, headers: new Map(base.headers).set(name, value) })))
  const withQuery = (changed: string) => variants.map((base) => ({ ...base, query: changed }))
  const withNames = (names: readonly string[]) => variants.map((base) => ({ ...base, signedHeaders: names }))
  const days = [-1, 0, 1].map((day) => utcDate(Number(timestamp) + day * 86_400))
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '')
  const [bare = ''] = (headers.get('content-type') ?? '').split(';')
  return [
    {
      mistake: 'the payload hash differs; HashedRequestPayload is the SHA-256 of the body as it is sent',
      variants: payloads(body)
        .map(sha256)
        .flatMap((payloadHash) => variants.map((base) => ({ ...base, payloadHash }))),
    },
    {
      mistake: 'SignedHeaders differs from the headers that were signed, or from their order',
      variants: [
        ...withNames([...proof.signedHeaders].sort()),
        ...withNames(['content-type', 'host']),
        ...withNames(['content-type', 'host', 'x-tc-action']),
      ],
    },
    { mistake: 'the signed date differs from the scope; it is the UTC date of X-TC-Timestamp', dates: days },
    {
      mistake: 'the signed service differs from the scope',
      services: ['cvm', 'tag', '', host.split('.')[0] ?? '', host],
    },
    {
      mistake: 'the signed Content-Type differs from the one that was sent',
      variants: withHeader('content-type', [
        ...['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', bare, ''],
      ]),
    },
    {
      mistake: 'the signed host or port differs',
      variants: withHeader('host', [`cvm.${host}`, ...['80', '443', '8213'].map((port) => `${host}:${port}`), '']),
    },
    {
      mistake: 'the signed query differs in order or encoding from the one that was sent',
      variants: [query.split('&').sort().join('&'), ''].flatMap(withQuery),
    },
    {
      mistake: `the signed method is not ${method}, which was sent`,
      variants: variants.map((base) => ({ ...base, method: method === 'GET' ? 'POST' : 'GET' })),
    },
    wrongKey(secretKey, proof.secretId, credentials),
  ]
}

/** Payloads that a client may have hashed instead of the bytes that it sent. */
function payloads(body: Buffer): (string | Buffer)[] {
  // Serializing a long body again would delay other requests
  if (body.length > maxShownLength) return ['', unsignedPayload, body]
  const text = body.toString()
  return ['', '{}', unsignedPayload, body, text.trim(), ...reserialized(text)]
}

/** The same JSON with and without spaces, because serializers differ. */
function reserialized(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text)
    const spaced = JSON.stringify(value, null, 1).replace(/\n\s*/g, (_, at: number, all: string) =>
      /[,]/.test(all[at - 1] ?? '') ? ' ' : '',
    )
    return [JSON.stringify(value), spaced, JSON.stringify(value, null, 2)]
  } catch {
    return []
  }
}
