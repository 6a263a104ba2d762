import type { Diagnosis } from '../../core/call.ts'
import type { Accounts } from '../../identity/accounts.ts'
import type { WireRequest } from '../parse/request.ts'
import { isSecretText, unknownMistake } from './hmac-diagnosis.ts'
import {
  type CanonicalVariant,
  canonicalRequest,
  canonicalVariants,
  hashOfVariant,
  sha256,
  type Tc3Authorization,
  tc3Signature,
  tc3SigningKey,
  tc3StringToSign,
  unsignedPayload,
} from './tc3-signature.ts'

interface FailedSignature {
  readonly request: WireRequest
  readonly proof: Tc3Authorization
  readonly timestamp: string
  readonly secretKey: string
}

/** A mistake, and how a request then was seen or signed. */
interface Hypothesis {
  readonly mistake: string
  readonly views?: readonly CanonicalVariant[]
  readonly dates?: readonly string[]
  readonly services?: readonly string[]
  readonly keys?: readonly string[]
}

/** Makes, one at a time, the mistakes that clients are known to make; a match is proof (as `diagnose` for signature v2). */
export function diagnoseTc3(failed: FailedSignature, { credentials, containsSecret }: Accounts): Diagnosis {
  const { request, proof, timestamp } = failed
  const views = [...canonicalVariants(request, proof)]
  const [ours] = views as [CanonicalVariant]
  const shown = { ...ours, headers: hideHeaders(ours.headers), query: hideSecrets(ours.query, containsSecret) }
  // In lower case, or in a scope, a secret would not be known again
  const asSent = [...request.headers].filter(([name]) => name === 'authorization' || harmless.test(name))
  const hidesAll = asSent.some(([, value]) => containsSecret(value))
  const text = (lines: string) => (hidesAll || containsSecret(lines) ? '***' : lines.slice(0, maxShownLength))
  return {
    canonicalRequest: text(canonicalRequest(shown)),
    stringToSign: text(tc3StringToSign(hashOfVariant(ours), { timestamp, ...proof })),
    mistake: proof.signedHeaders.length > maxTriedHeaders ? notLookedFor : search(failed, views, credentials),
  }
}

/** Trying every mistake on more signed headers would hold up everybody else; clients sign a handful. */
const maxTriedHeaders = 100
const notLookedFor = `not looked for: more than ${maxTriedHeaders} headers are signed`

function search(
  failed: FailedSignature,
  views: readonly CanonicalVariant[],
  credentials: Accounts['credentials'],
): string {
  const { proof, timestamp, secretKey } = failed
  const keys = credentials.map((credential) => credential.secretKey).filter((key) => key !== secretKey)
  const hashes = views.map(hashOfVariant)
  const match = hypotheses(failed, views, keys).find((hypothesis) => {
    const hashesThen = hypothesis.views?.map(hashOfVariant) ?? hashes
    return (hypothesis.keys ?? [secretKey]).some((key) =>
      (hypothesis.dates ?? [proof.date]).some((date) =>
        (hypothesis.services ?? [proof.service]).some((service) => {
          const scope = { timestamp, date, service }
          const signingKey = tc3SigningKey(key, scope)
          return hashesThen.some((hash) => tc3Signature(signingKey, tc3StringToSign(hash, scope)) === proof.signature)
        }),
      ),
    )
  })
  return match?.mistake ?? unknownMistake
}

const maxShownLength = 65_536

const hideSecrets = (query: string, containsSecret: (text: string) => boolean) =>
  query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
      return isSecretText(name, value, containsSecret) ? `${name}=***` : pair
    })
    .join('&')

/** What is sent here has been decoded once without a fault. */
const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

const harmless = /^(content-type|host|x-tc-(action|version|timestamp|region|language))$/

const hideHeaders = (headers: ReadonlyMap<string, string>) =>
  new Map([...headers].map(([name, value]) => [name, harmless.test(name) ? value : '***']))

function hypotheses(
  { request, proof, timestamp, secretKey }: FailedSignature,
  views: readonly CanonicalVariant[],
  otherKeys: readonly string[],
): Hypothesis[] {
  const { method, query, headers, body } = request
  const withHeader = (name: string, values: readonly string[]) =>
    views.flatMap((view) => values.map((value) => ({ ...view, headers: new Map(view.headers).set(name, value) })))
  const withQuery = (changed: string) => views.map((view) => ({ ...view, query: changed }))
  const withNames = (names: readonly string[]) => views.map((view) => ({ ...view, signedHeaders: names }))
  const days = [-1, 0, 1].map((day) => dateOf(Number(timestamp) + day * 86_400))
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '')
  const [bare = ''] = (headers.get('content-type') ?? '').split(';')
  return [
    {
      mistake: 'the payload was hashed otherwise than it was sent: HashedRequestPayload is the SHA-256 of the body',
      views: payloads(body)
        .map(sha256)
        .flatMap((payloadHash) => views.map((view) => ({ ...view, payloadHash }))),
    },
    {
      mistake: 'SignedHeaders names other headers than were signed, or in another order',
      views: [
        ...withNames([...proof.signedHeaders].sort()),
        ...withNames(['content-type', 'host']),
        ...withNames(['content-type', 'host', 'x-tc-action']),
      ],
    },
    { mistake: 'another date was signed than the scope has: it is the UTC date of X-TC-Timestamp', dates: days },
    {
      mistake: 'another service was signed than the scope has',
      services: ['cvm', 'tag', '', host.split('.')[0] ?? '', host],
    },
    {
      mistake: 'another Content-Type was signed than was sent',
      views: withHeader('content-type', [
        ...['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', bare, ''],
      ]),
    },
    {
      mistake: 'another host or port was signed',
      views: withHeader('host', [`cvm.${host}`, ...['80', '443', '8213'].map((port) => `${host}:${port}`), '']),
    },
    {
      mistake: 'the query was sorted or encoded otherwise than it was sent',
      views: [query.split('&').sort().join('&'), ''].flatMap(withQuery),
    },
    {
      mistake: `another method was signed than ${method}, which was sent`,
      views: views.map((view) => ({ ...view, method: method === 'GET' ? 'POST' : 'GET' })),
    },
    {
      mistake: 'the SecretKey is that of another credential, or has white space around it, or is the SecretId',
      keys: [...otherKeys, `${secretKey}\n`, `${secretKey}\r\n`, `${secretKey} `, ` ${secretKey}`, proof.secretId, ''],
    },
  ]
}

const dateOf = (seconds: number): string => {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 10)
}

/** What a client may have hashed in place of the bytes that it sent. */
function payloads(body: Buffer): (string | Buffer)[] {
  // Writing a long one anew would hold up everybody else
  if (body.length > maxShownLength) return ['', unsignedPayload, body]
  const text = body.toString()
  return ['', '{}', unsignedPayload, body, text.trim(), ...respelled(text)]
}

/** The same JSON with and without spaces, as serializers differ. */
function respelled(text: string): string[] {
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
