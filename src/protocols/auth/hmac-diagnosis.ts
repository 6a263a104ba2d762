import type { Diagnosis } from '../../core/call.ts'
import type { Entry } from '../../core/params.ts'
import { mistakeOf, type SignatureCause } from '../../core/signature-causes.ts'
import type { Accounts, Credential } from '../../identity/accounts.ts'
import { secretNamePattern } from '../../identity/secrets.ts'
import { lastValue } from '../parse/form.ts'
import {
  compare,
  documentedVariant,
  type Hash,
  hashOf,
  hmac,
  hostsOf,
  isSignedBy,
  maxSignatureLength,
  type SignedParts,
  type SignedRequest,
  signedPairs,
  stringToSign,
} from './hmac-signature.ts'

interface FailedSignature extends Pick<Accounts, 'credentials' | 'containsSecret'> {
  readonly request: SignedRequest
  readonly key: string
  readonly signature: string
}

/** A possible mistake, and everything that may be signed because of it. */
interface Hypothesis {
  readonly cause: SignatureCause
  /** What its sentence names. */
  readonly values?: Readonly<Record<string, string>>
  readonly attempts: readonly SignedParts[]
  readonly hash?: Hash
  readonly keys?: readonly string[]
}

/** A cause and, if a known mistake reproduces the signature, what the client signed. */
interface Finding extends Pick<Hypothesis, 'cause' | 'values'> {
  readonly signed?: SignedParts
}

/**
 * Finds the likely cause of a signature that does not match. It tries known mistakes of clients, one at a time; the one
 * that reproduces the signature is certain. Without a match the cause is unknown, most often a wrong SecretKey.
 */
export function diagnose(failed: FailedSignature): Diagnosis {
  const { request, key, signature, containsSecret } = failed
  const [host = request.host] = hostsOf(request)
  let shownLength = 0
  const redactedEntries = request.entries.map(([name, value]): Entry => {
    // The rest is not shown; to search all of a large request for secrets would delay other requests
    if (shownLength > maxShownLength) return ['…', '…']
    shownLength += name.length + value.length
    return isSecretText(name, value, containsSecret)
      ? [containsSecret(name) ? '***' : name, '***']
      : [name, value.slice(0, maxShownLength)]
  })
  const isShort = signature.length <= maxSignatureLength
  const isUnencoded = isShort && signature.includes(' ') && isSignedBy(request, key, signature.replaceAll(' ', '+'))
  const pairs = signedPairs({ entries: redactedEntries }, documentedVariant)
  const expected = stringToSign({ ...request, host, pairs }).slice(0, maxShownLength)
  const { cause, values, signed }: Finding = isUnencoded ? { cause: 'signature-not-encoded' } : search(failed)
  const compared = signed && compareSigned(failed, signed)
  return { stringToSign: expected, cause, mistake: mistakeOf(cause, values), expected, ...compared }
}

/** The string to sign for the host that the client signed, or for the one that was sent, and what it signed instead. */
function compareSigned({ request, containsSecret }: FailedSignature, signed: SignedParts) {
  const hosts = hostsOf(request)
  const [host = request.host] = hosts.includes(signed.host) ? [signed.host] : hosts
  const pairs = signedPairs(request, documentedVariant)
  // A value that is hidden as it was sent is hidden as it was signed, where it may be encoded once more
  const hidden = new Set(
    pairs.filter(([name, value]) => isSecretText(name, value, containsSecret)).map(([name]) => name),
  )
  const show = (parts: SignedParts) =>
    stringToSign({
      ...parts,
      pairs: parts.pairs.map(([name, value]) =>
        hidden.has(name.replaceAll('_', '.')) || isSecretText(name, value, containsSecret)
          ? [containsSecret(name) ? '***' : name, '***']
          : [name, value],
      ),
    })
  return { expected: show({ ...request, host, pairs }), received: show(signed) }
}

/** Whether a parameter is a Token or a SecretKey, or contains a secret in the part that is shown. */
export const isSecretText = (name: string, value: string, containsSecret: (text: string) => boolean): boolean =>
  secretNamePattern.test(name) ||
  containsSecret(`${name.slice(0, 2 * maxShownLength)}\n${value.slice(0, 2 * maxShownLength)}`)

/** In characters. */
export const maxShownLength = 65_536

/** In characters, and parameters. Trying every mistake on larger requests would delay other requests. */
const maxTriedLength = 16_384
const maxTriedEntries = 200

function search({ request, key, signature, credentials }: FailedSignature): Finding {
  const length = request.entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (signature.length > maxSignatureLength) return { cause: 'signature-too-long' }
  if (length > maxTriedLength || request.entries.length > maxTriedEntries) return { cause: 'request-too-long' }
  for (const { cause, values, attempts, hash = hashOf(request.entries), keys } of hypotheses(
    request,
    key,
    credentials,
  )) {
    const signed = attempts.find((parts) => {
      const text = stringToSign(parts)
      return (keys ?? [key]).some((candidate) => hmac(hash, candidate, text) === signature)
    })
    // With another key, or with another hash, the text itself is right
    if (signed) return { cause, ...(values && { values }), ...(!keys && { signed }) }
  }
  return { cause: 'unknown' }
}

function hypotheses(request: SignedRequest, key: string, credentials: readonly Credential[]): Hypothesis[] {
  const { entries, method, path } = request
  const signed = entries.filter(([name]) => name !== 'Signature')
  const hosts = hostsOf(request)
  const right = signedPairs(request, documentedVariant)
  /** What a changed request leads to, once for each host that a correct signature may have. */
  const attempts = (change: Partial<SignedParts>): SignedParts[] =>
    hosts.map((host) => ({ method, host, path, pairs: right, ...change }))
  const withEntries = (changed: readonly Entry[], variant = documentedVariant) =>
    attempts({ pairs: signedPairs({ entries: changed }, variant) })
  const withValues = (encode: (value: string) => string) =>
    withEntries(signed.map(([name, value]): Entry => [name, encode(value)]))
  const inOrder = (sort: (entries: Entry[]) => readonly Entry[]) =>
    attempts({ pairs: sort([...signed]).map(([name, value]) => [name.replaceAll('_', '.'), value]) })
  const otherMethods = ['GET', 'POST', 'get', 'post'].filter((other) => other !== method)

  return [
    {
      cause: 'values-encoded-before-signing',
      attempts: [encodeURIComponent, rfc3986, formEncode].flatMap(withValues),
    },
    { cause: 'wrong-order', attempts: [asSent, byNumber, byPair].flatMap(inOrder) },
    ...otherMethods.map(
      (other): Hypothesis => ({
        cause: 'wrong-method',
        values: { signed: other, sent: method },
        attempts: attempts({ method: other }),
      }),
    ),
    ...otherHosts(request).map(
      (host): Hypothesis => ({
        cause: 'wrong-host',
        values: { signed: host },
        attempts: [{ method, host, path, pairs: right }],
      }),
    ),
    ...['', '/', '/v2', '/v2/', 'v2/index.php', '/v2/index.php/', '/index.php'].map(
      (other): Hypothesis => ({
        cause: 'wrong-path',
        values: { signed: other },
        attempts: attempts({ path: other }),
      }),
    ),
    { cause: 'wrong-hash', attempts: attempts({}), hash: hashOf(entries) === 'sha1' ? 'sha256' : 'sha1' },
    {
      cause: 'underscores-not-replaced',
      attempts: withEntries(signed, { ...documentedVariant, underscores: 'none' }),
    },
    { cause: 'array-signed-as-text', attempts: withEntries(signed.map(asArray)) },
    { cause: 'empty-value-not-signed', attempts: withEntries(signed.filter(([, value]) => value !== '')) },
    {
      // @tencent-sdk/capi does this when no version is set
      cause: 'undefined-signed-as-empty',
      attempts: withValues((value) => (/^(undefined|null|NaN)$/.test(value) ? '' : value)),
    },
    ...unsent(signed).map(
      (name): Hypothesis => ({
        cause: 'empty-value-not-sent',
        values: { name },
        attempts: withEntries([...signed, [name, '']]),
      }),
    ),
    {
      cause: 'wrong-secret',
      attempts: attempts({}),
      keys: wrongKeys(key, lastValue(signed, 'SecretId') ?? '', credentials),
    },
  ]
}

/** What a client may have signed with in place of the key of the credential. */
export const wrongKeys = (key: string, secretId: string, credentials: readonly Credential[]): string[] => [
  ...credentials.map(({ secretKey }) => secretKey).filter((other) => other !== key),
  ...[`${key}\n`, `${key}\r\n`, `${key} `, ` ${key}`, secretId, ''],
]

/** A parameter of a list as PHP writes the list into a text. The members of one list become one parameter. */
const asArray = ([name, value]: Entry): Entry => {
  const [, list] = /^(.+?)[._[]\d/.exec(name) ?? []
  return list === undefined ? [name, value] : [list, 'Array']
}

/** The parameters that SDKs add by themselves, even with an empty value, and that were not sent. */
const unsent = (entries: readonly Entry[]) =>
  ['Version', 'Region', 'Token', 'SignatureMethod', 'RequestClient', 'Nonce', 'Timestamp'].filter(
    (name) => !entries.some(([sent]) => sent === name),
  )

const rfc3986 = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const formEncode = (value: string) => rfc3986(value).replaceAll('%20', '+')

const asSent = (entries: Entry[]) => entries
const byNumber = (entries: Entry[]) => entries.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
const byPair = (entries: Entry[]) => entries.sort(([a, x], [b, y]) => compare(`${a}=${x}`, `${b}=${y}`))

function otherHosts(request: SignedRequest): string[] {
  const accepted = hostsOf(request)
  const region = lastValue(request.entries, 'Region') ?? 'ap-guangzhou'
  const bare = request.host.replace(/:\d+$/, '')
  const serviceHosts = [
    'cvm.tencentcloudapi.com',
    `cvm.${region}.tencentcloudapi.com`,
    'api.qcloud.com',
    'tag.api.qcloud.com',
  ]
  const local = ['localhost', '127.0.0.1', 'cvm.localhost', `cvm.${bare}`, `cvm.${request.host}`]
  const ports = ['80', '443', '8213'].flatMap((port) =>
    [...accepted, ...local].map((host) => `${host.replace(/:\d+$/, '')}:${port}`),
  )
  const withScheme = accepted.flatMap((host) => [`http://${host}`, `https://${host}`])
  return ['', ...serviceHosts, ...local, ...ports, ...withScheme].filter((host) => !accepted.includes(host))
}
