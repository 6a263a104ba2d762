import type { Diagnosis } from '../../core/call.ts'
import type { Entry } from '../../core/params.ts'
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
  type SignedRequest,
  stringToSign,
} from './hmac-signature.ts'

interface FailedSignature extends Pick<Accounts, 'credentials' | 'containsSecret'> {
  readonly request: SignedRequest
  readonly key: string
  readonly signature: string
}

/** A possible mistake, and every string to sign that it may lead to. */
interface Hypothesis {
  readonly mistake: string
  readonly strings: readonly string[]
  readonly hash?: Hash
  readonly keys?: readonly string[]
}

/**
 * Finds the likely cause of a signature that does not match. It tries known mistakes of clients, one at a time; the one
 * that reproduces the signature is certain. Without a match the cause is unknown, most often a wrong SecretKey.
 */
export function diagnose(failed: FailedSignature): Diagnosis {
  const { request, key, signature } = failed
  const [host = request.host] = hostsOf(request)
  let shownLength = 0
  const redactedEntries = request.entries.map(([name, value]): Entry => {
    // The rest is not shown; to search all of a large request for secrets would delay other requests
    if (shownLength > maxShownLength) return ['…', '…']
    shownLength += name.length + value.length
    return isSecretText(name, value, failed.containsSecret)
      ? [failed.containsSecret(name) ? '***' : name, '***']
      : [name, value.slice(0, maxShownLength)]
  })
  const isShort = signature.length <= maxSignatureLength
  const isUnencoded = isShort && signature.includes(' ') && isSignedBy(request, key, signature.replaceAll(' ', '+'))
  const expected = stringToSign({ ...request, host, entries: redactedEntries }, documentedVariant)
  return {
    stringToSign: expected.slice(0, maxShownLength),
    mistake: isUnencoded ? 'Signature was not percent-encoded: its + arrived as a space' : search(failed),
  }
}

/** Whether a parameter is a Token or a SecretKey, or contains a secret in the part that is shown. */
export const isSecretText = (name: string, value: string, containsSecret: (text: string) => boolean): boolean =>
  secretNamePattern.test(name) ||
  containsSecret(`${name.slice(0, 2 * maxShownLength)}\n${value.slice(0, 2 * maxShownLength)}`)

export const unknownMistake = 'unknown; the SecretKey may be wrong'

/** In characters. */
export const maxShownLength = 65_536

/** In characters, and parameters. Trying every mistake on larger requests would delay other requests. */
const maxTriedLength = 16_384
const maxTriedEntries = 200

function search({ request, key, signature, credentials }: FailedSignature): string {
  const length = request.entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (signature.length > maxSignatureLength) return 'the signature is too long to be one'
  if (length > maxTriedLength || request.entries.length > maxTriedEntries)
    return 'unknown; the request is too long to try known mistakes'
  const found = hypotheses(request, key, credentials).find(
    ({ strings, hash = hashOf(request.entries), keys = [key] }) =>
      strings.some((text) => keys.some((candidate) => hmac(hash, candidate, text) === signature)),
  )
  return found?.mistake ?? unknownMistake
}

function hypotheses(request: SignedRequest, key: string, credentials: readonly Credential[]): Hypothesis[] {
  const { entries, method } = request
  const signed = entries.filter(([name]) => name !== 'Signature')
  /** The strings to sign of a changed request, one for each host that a correct signature may have. */
  const strings = (change: Partial<SignedRequest>, variant = documentedVariant) =>
    hostsOf(request).map((host) => stringToSign({ ...request, host, ...change }, variant))
  const withValues = (encode: (value: string) => string) =>
    strings({ entries: signed.map(([name, value]): Entry => [name, encode(value)]) })
  const inOrder = (sort: (entries: Entry[]) => readonly Entry[]) =>
    hostsOf(request).map((host) => {
      const pairs = sort([...signed]).map(([name, value]) => `${name.replaceAll('_', '.')}=${value}`)
      return `${method}${host}${request.path}?${pairs.join('&')}`
    })
  const otherMethods = ['GET', 'POST', 'get', 'post'].filter((other) => other !== method)

  return [
    {
      mistake: 'values were percent-encoded before signing',
      strings: [encodeURIComponent, rfc3986, formEncode].flatMap(withValues),
    },
    {
      mistake: 'parameters were sorted wrongly; the order is by the bytes of the name, capitals first',
      strings: [asSent, byNumber, byPair].flatMap(inOrder),
    },
    ...otherMethods.map((other) => ({
      mistake: `the signed method is ${other}, but ${method} was sent`,
      strings: strings({ method: other }),
    })),
    ...otherHosts(request).map((host) => ({
      mistake: `the signed host or port differs: ${host || 'none'}`,
      strings: [stringToSign({ ...request, host }, documentedVariant)],
    })),
    ...['', '/', '/v2', '/v2/', 'v2/index.php', '/v2/index.php/', '/index.php'].map((path) => ({
      mistake: `the signed path differs: ${path || 'none'}`,
      strings: strings({ path }),
    })),
    {
      mistake: 'the hash does not match SignatureMethod; without SignatureMethod=HmacSHA256 it is HmacSHA1',
      strings: strings({}),
      hash: hashOf(entries) === 'sha1' ? 'sha256' : 'sha1',
    },
    {
      mistake: 'underscores in names were not replaced by dots',
      strings: strings({}, { ...documentedVariant, underscores: 'none' }),
    },
    {
      mistake: 'a parameter with an empty value was sent but not signed',
      strings: strings({ entries: signed.filter(([, value]) => value !== '') }),
    },
    {
      // @tencent-sdk/capi does this when no version is set
      mistake: 'a value was signed as empty, but sent as undefined, null or NaN',
      strings: withValues((value) => (/^(undefined|null|NaN)$/.test(value) ? '' : value)),
    },
    ...unsent(signed).map((name) => ({
      mistake: `${name} was signed with an empty value but not sent`,
      strings: strings({ entries: [...signed, [name, '']] }),
    })),
    { ...wrongKey(key, lastValue(signed, 'SecretId') ?? '', credentials), strings: strings({}) },
  ]
}

/** The mistake of signing with another key than that of the credential, and such keys. */
export const wrongKey = (key: string, secretId: string, credentials: readonly Credential[]) => ({
  mistake: 'the SecretKey belongs to another credential, has white space around it, or is the SecretId',
  keys: [
    ...credentials.map(({ secretKey }) => secretKey).filter((other) => other !== key),
    ...[`${key}\n`, `${key}\r\n`, `${key} `, ` ${key}`, secretId, ''],
  ],
})

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
