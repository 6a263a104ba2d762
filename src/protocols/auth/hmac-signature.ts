import { createHmac } from 'node:crypto'
import type { Entry } from '../../core/params.ts'
import { lastValue } from '../parse/form.ts'
import { hostsOf30, hostsOf2017, hostViews } from './host-names.ts'

/** An HMAC signature covers everything as it was received, decoded once (docs/behaviour.md#string-to-sign). */
export interface SignedRequest {
  readonly method: string
  /** The Host header. */
  readonly host: string
  readonly path: string
  readonly entries: readonly Entry[]
}

export type Hash = 'sha1' | 'sha256'

/** How a client makes its string from the parameters; the first is the documented way. */
export interface SigningVariant {
  /** Whether the `_` of a name become `.`: PHP and Node leave a name that begins with one as it is. */
  readonly underscores: 'all' | 'unless in front' | 'none'
  /** PHP, Java, .NET and the old CLI sort the names as they are, Python those with `.` in them. */
  readonly sort: 'after replacing' | 'before replacing'
  /** Python, PHP, Java and the CLI leave out the values of a POST that begin with `@`. */
  readonly at: 'kept' | 'left out'
}

export const documentedVariant: SigningVariant = { underscores: 'all', sort: 'after replacing', at: 'kept' }

const variants: readonly SigningVariant[] = (['all', 'unless in front'] as const).flatMap((underscores) =>
  (['after replacing', 'before replacing'] as const).flatMap((sort) =>
    (['kept', 'left out'] as const).map((at) => ({ underscores, sort, at })),
  ),
)

/** Those that differ for this request: without `_` in a name or `@` before a value all are the documented one. */
function variantsFor({ method, path, entries }: SignedRequest): readonly SigningVariant[] {
  const underscores = entries.some(([name]) => name.includes('_'))
  const at = method === 'POST' && entries.some(([, value]) => value.startsWith('@'))
  // The signing page of 3.0 has no rule about `_` (docs/behaviour.md#signing-variants-of-clients)
  const plain: SigningVariant[] = path === '/' && underscores ? [{ ...documentedVariant, underscores: 'none' }] : []
  const usual = variants.filter(
    (variant) =>
      (underscores || (variant.underscores === 'all' && variant.sort === 'after replacing')) &&
      (at || variant.at === 'kept'),
  )
  return [...plain, ...usual]
}

/** The hosts that may have been signed: clients that cannot set one sign the service's own. */
export function hostsOf({ host, path, entries }: SignedRequest): string[] {
  const canonical = path === '/' ? hostsOf30('cvm', lastValue(entries, 'Region')) : hostsOf2017
  return hostViews(host, canonical)
}

/** What this recipe signs: of a name sent twice the last value, and no Signature. */
function signedEntries({ method, entries }: SignedRequest, { at }: SigningVariant): Entry[] {
  const leftOut = (value: string) => at === 'left out' && method === 'POST' && value.startsWith('@')
  return [...new Map(entries.map(([name, value]) => [name, value]))].filter(
    ([name, value]) => name !== 'Signature' && !leftOut(value),
  )
}

/** The string to sign: METHOD, host, path, `?` and the parameters but Signature, sorted by name, values raw. */
export const stringToSign = (request: SignedRequest, variant: SigningVariant): string =>
  `${request.method}${request.host}${request.path}?${joined(request, variant)}`

function joined(request: SignedRequest, variant: SigningVariant): string {
  const replaced = signedEntries(request, variant).map(
    ([name, value]) => [replaceUnderscores(name, variant), value, name] as const,
  )
  const sorted = replaced.sort(variant.sort === 'after replacing' ? byColumn(0) : byColumn(2))
  return sorted.map(([name, value]) => `${name}=${value}`).join('&')
}

function replaceUnderscores(name: string, { underscores }: SigningVariant): string {
  const kept = underscores === 'none' || (underscores === 'unless in front' && name.startsWith('_'))
  return kept ? name : name.replaceAll('_', '.')
}

const byColumn =
  (column: 0 | 2) =>
  (a: readonly string[], b: readonly string[]): number =>
    compare(a[column] ?? '', b[column] ?? '')

/** Byte-wise: digits before upper case before lower case. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** HmacSHA256 if and only if SignatureMethod says so, otherwise HmacSHA1. */
export const hashOf = (entries: readonly Entry[]): Hash =>
  lastValue(entries, 'SignatureMethod') === 'HmacSHA256' ? 'sha256' : 'sha1'

export const hmac = (hash: Hash, key: string, text: string, encoding: BufferEncoding = 'utf8'): string =>
  createHmac(hash, key).update(text, encoding).digest('base64')

/** Beyond this, in characters, only the documented way is tried: every other costs a hash of the whole. */
const maxVariantLength = 65_536

/**
 * What this key has signed of the request, in the documented way or in one that real clients have: the entries that
 * may be executed. Undefined when the signature is not its.
 */
export function signedBy(request: SignedRequest, key: string, signature: string): readonly Entry[] | undefined {
  const hash = hashOf(request.entries)
  // Most clients sign the name alone, and each try costs a hash
  const hosts = new Set([request.host.replace(/:\d+$/, ''), ...hostsOf(request)])
  for (const variant of variantsFor(request)) {
    const rest = joined(request, variant)
    const short = rest.length <= maxVariantLength
    const matches = [...hosts].some((host) => {
      const text = `${request.method}${host}${request.path}?${rest}`
      if (hmac(hash, key, text) === signature) return true
      // The old CLI encodes the string as Latin-1 before hashing
      return short && isLatin1(text) && hmac(hash, key, text, 'latin1') === signature
    })
    if (matches) return signedEntries(request, variant)
    if (!short) return undefined
  }
  return undefined
}

/** Beyond ASCII, where it differs from UTF-8, and no further. */
const isLatin1 = (text: string): boolean => /[\x80-\xff]/.test(text) && !/[^\0-\xff]/.test(text)
