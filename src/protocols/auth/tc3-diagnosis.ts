import type { Diagnosis } from '../../core/call.ts'
import { mistakeOf, type SignatureCause } from '../../core/signature-causes.ts'
import type { Accounts } from '../../identity/accounts.ts'
import type { WireRequest } from '../parse/request.ts'
import { isSecretText, maxShownLength, wrongKeys } from './hmac-diagnosis.ts'
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

/** A possible mistake, and what the client may sign because of it. */
interface Hypothesis {
  readonly cause: SignatureCause
  /** What its sentence names. */
  readonly values?: Readonly<Record<string, string>>
  /** Returns the canonical requests that it makes of a right one. */
  change?(right: CanonicalVariant): readonly CanonicalVariant[]
  readonly dates?: readonly string[]
  readonly services?: readonly string[]
  readonly keys?: readonly string[]
}

/** A cause and, if a known mistake reproduces the signature, what should have been signed, and what was. */
interface Finding extends Pick<Hypothesis, 'cause' | 'values'> {
  readonly right?: CanonicalVariant
  readonly signed?: CanonicalVariant
  readonly scope?: Tc3Scope
}

/** Finds the likely cause of a TC3 signature that does not match, as `diagnose` does for HMAC. */
export function diagnoseTc3(failed: FailedSignature, accounts: Accounts): Diagnosis {
  const { request, proof, timestamp } = failed
  const date = utcDate(timestamp) || proof.date
  const scope = { timestamp, date, service: proof.service }
  if (date !== proof.date) return diagnoseScope(request, proof, scope, accounts, 'local-date-in-scope')
  const show = hideSecretsOf(request, accounts)
  const logged = logTexts(request, proof, scope, show)
  const isLong = proof.signedHeaders.length > maxTriedHeaders
  const found: Finding = isLong ? { cause: 'too-many-headers' } : search(failed, accounts.credentials)
  const { cause, values, right, signed } = found
  const described = { ...logged, cause, mistake: mistakeOf(cause, values) }
  if (!right || !signed) return { ...described, expected: logged.canonicalRequest }
  if (right !== signed) return { ...described, expected: show.request(right), received: show.request(signed) }
  const hash = hashOfVariant(right)
  return { ...described, expected: show.string(hash, scope), received: show.string(hash, found.scope ?? scope) }
}

/** The diagnosis of a scope that is not this one. What the client signed has the scope of the Authorization. */
export function diagnoseScope(
  request: WireRequest,
  proof: Tc3Authorization,
  scope: Tc3Scope,
  accounts: Accounts,
  cause: SignatureCause,
): Diagnosis {
  const show = hideSecretsOf(request, accounts)
  const logged = logTexts(request, proof, scope, show)
  const received = show.string(hashOfVariant(documentedVariant(request, proof)), {
    ...proof,
    timestamp: scope.timestamp,
  })
  return { ...logged, cause, mistake: mistakeOf(cause, { ...scope }), expected: logged.stringToSign, received }
}

const documentedVariant = (request: WireRequest, proof: Tc3Authorization) =>
  canonicalVariants(request, proof).next().value as CanonicalVariant

const logTexts = (
  request: WireRequest,
  proof: Tc3Authorization,
  scope: Tc3Scope,
  show: ReturnType<typeof hideSecretsOf>,
) => {
  const first = documentedVariant(request, proof)
  return { canonicalRequest: show.request(first), stringToSign: show.string(hashOfVariant(first), scope) }
}

/** Returns the functions that make the texts of a diagnosis, with secrets hidden in each in the same way. */
function hideSecretsOf(request: WireRequest, { containsSecret }: Accounts) {
  // A secret is not recognized in lower case or as a part of the scope
  const asSent = [...request.headers].filter(([name]) => name === 'authorization' || shownHeaderPattern.test(name))
  const hidesAll = asSent.some(([, value]) => containsSecret(value))
  const text = (lines: string) => (hidesAll || containsSecret(lines) ? '***' : lines.slice(0, maxShownLength))
  return {
    request: (variant: CanonicalVariant) =>
      text(
        canonicalRequest({
          ...variant,
          headers: hideHeaders(variant.headers),
          query: hideSecrets(variant.query, containsSecret),
        }),
      ),
    string: (hash: string, scope: Tc3Scope) => text(tc3StringToSign(hash, scope)),
  }
}

/** Trying every mistake on more signed headers would delay other requests; clients sign only a few. */
const maxTriedHeaders = 100

function search(failed: FailedSignature, credentials: Accounts['credentials']): Finding {
  const { request, proof, timestamp, secretKey } = failed
  const rights = [...canonicalVariants(request, proof)]
  const unchanged = rights.map((right) => ({ right, signed: right, hash: hashOfVariant(right) }))
  for (const hypothesis of hypotheses(failed, credentials)) {
    const { cause, values, change, dates = [proof.date], services = [proof.service], keys } = hypothesis
    const candidates = change
      ? rights.flatMap((right) => change(right).map((signed) => ({ right, signed, hash: hashOfVariant(signed) })))
      : unchanged
    for (const key of keys ?? [secretKey])
      for (const date of dates)
        for (const service of services) {
          const scope = { timestamp, date, service }
          const signingKey = tc3SigningKey(key, scope)
          const match = candidates.find(
            ({ hash }) => tc3Signature(signingKey, tc3StringToSign(hash, scope)) === proof.signature,
          )
          if (!match) continue
          const { right, signed } = match
          const named = { signed: signed.headers.get('host') ?? '', ...values }
          return { cause, values: named, ...(!keys && { right, signed, scope }) }
        }
  }
  return { cause: 'unknown' }
}

const hideSecrets = (query: string, containsSecret: (text: string) => boolean) =>
  query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
      if (name === undefined || value === undefined) return '***'
      return isSecretText(name, value, containsSecret) ? `${name}=***` : pair
    })
    .join('&')

/** Undefined when the text is malformed, as the query of a POST may be, which is not executed. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const shownHeaderPattern = /^(content-type|host|x-tc-(action|version|timestamp|region|language))$/

const hideHeaders = (headers: ReadonlyMap<string, string>) =>
  new Map([...headers].map(([name, value]) => [name, shownHeaderPattern.test(name) ? value : '***']))

function hypotheses({ request, proof, timestamp, secretKey }: FailedSignature, credentials: Accounts['credentials']) {
  const { method, query, headers, body } = request
  const withHeader = (name: string, values: readonly string[]) => (right: CanonicalVariant) =>
    values.map((value) => ({ ...right, headers: new Map(right.headers).set(name, value) }))
  const days = [-1, 0, 1].map((day) => utcDate(Number(timestamp) + day * 86_400))
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '')
  const [bare = ''] = (headers.get('content-type') ?? '').split(';')
  const payloadHashes = payloads(body).map(sha256)
  const signedHeaders = [
    [...proof.signedHeaders].sort(),
    ['content-type', 'host'],
    ['content-type', 'host', 'x-tc-action'],
  ]
  const otherMethod = method === 'GET' ? 'POST' : 'GET'
  const all: readonly Hypothesis[] = [
    {
      cause: 'wrong-payload-hash',
      change: (right) => payloadHashes.map((payloadHash) => ({ ...right, payloadHash })),
    },
    {
      cause: 'wrong-signed-headers',
      change: (right) => signedHeaders.map((names) => ({ ...right, signedHeaders: names })),
    },
    { cause: 'wrong-signed-date', dates: days },
    { cause: 'wrong-signed-service', services: ['cvm', 'tag', '', host.split('.')[0] ?? '', host] },
    {
      cause: 'wrong-content-type',
      change: withHeader('content-type', [
        ...['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', bare, ''],
      ]),
    },
    {
      cause: 'wrong-host',
      change: withHeader('host', [`cvm.${host}`, ...['80', '443', '8213'].map((port) => `${host}:${port}`), '']),
    },
    {
      cause: 'wrong-query',
      change: (right) => [query.split('&').sort().join('&'), ''].map((changed) => ({ ...right, query: changed })),
    },
    {
      cause: 'wrong-method',
      values: { signed: otherMethod, sent: method },
      change: (right) => [{ ...right, method: otherMethod }],
    },
    { cause: 'wrong-secret', keys: wrongKeys(secretKey, proof.secretId, credentials) },
  ]
  return all
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
