import { createHmac } from 'node:crypto'
import type { Entry } from '../../core/params.ts'
import { lastValue } from '../parse/form.ts'
import { hostsOf30, hostsOf2017, hostVariants } from './host-names.ts'

/** The parts of a request that an HMAC signature covers, decoded once (docs/behaviour.md#string-to-sign). */
export interface SignedRequest {
  readonly method: string
  /** The Host header. */
  readonly host: string
  readonly path: string
  readonly entries: readonly Entry[]
}

export type Hash = 'sha1' | 'sha256'

/** How a client builds the string to sign (docs/behaviour.md#signing-variants-of-clients). */
export interface SigningVariant {
  /** Whether `_` in a name becomes `.`. PHP and Node leave a name that begins with `_` unchanged. */
  readonly underscores: 'all' | 'unless in front' | 'none'
  /** PHP, Java, .NET and the old CLI sort the names before `_` is replaced, Python sorts them after that. */
  readonly sort: 'after replacing' | 'before replacing'
  /** Whether values that begin with `@` are signed in a POST. Python, PHP, Java and the CLI leave them out. */
  readonly at: 'kept' | 'left out'
}

export const documentedVariant: SigningVariant = { underscores: 'all', sort: 'after replacing', at: 'kept' }

const variants: readonly SigningVariant[] = (['all', 'unless in front'] as const).flatMap((underscores) =>
  (['after replacing', 'before replacing'] as const).flatMap((sort) =>
    (['kept', 'left out'] as const).map((at) => ({ underscores, sort, at })),
  ),
)

/** The variants that differ for this request. Without `_` in a name and `@` before a value there is only one. */
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

/** The hosts that may be signed (docs/behaviour.md#hosts-that-may-be-signed). */
export function hostsOf({ host, path, entries }: SignedRequest): string[] {
  const canonical = path === '/' ? hostsOf30('cvm', lastValue(entries, 'Region')) : hostsOf2017
  return hostVariants(host, canonical)
}

/** The parameters that a variant signs: all but Signature, and the last value of a repeated name. */
function signedEntries({ method, entries }: SignedRequest, { at }: SigningVariant): Entry[] {
  const leftOut = (value: string) => at === 'left out' && method === 'POST' && value.startsWith('@')
  return [...new Map(entries.map(([name, value]) => [name, value]))].filter(
    ([name, value]) => name !== 'Signature' && !leftOut(value),
  )
}

/** The string to sign: method, host, path, `?`, and the sorted parameters without Signature, as `name=value`. */
export const stringToSign = (request: SignedRequest, variant: SigningVariant): string =>
  `${request.method}${request.host}${request.path}?${joinParameters(request, variant)}`

function joinParameters(request: SignedRequest, variant: SigningVariant): string {
  const replaced = signedEntries(request, variant).map(
    ([name, value]) => [replaceUnderscores(name, variant), value, name] as const,
  )
  const sorted = replaced.sort(([a, , sentA], [b, , sentB]) =>
    variant.sort === 'after replacing' ? compare(a, b) : compare(sentA, sentB),
  )
  return sorted.map(([name, value]) => `${name}=${value}`).join('&')
}

function replaceUnderscores(name: string, { underscores }: SigningVariant): string {
  const kept = underscores === 'none' || (underscores === 'unless in front' && name.startsWith('_'))
  return kept ? name : name.replaceAll('_', '.')
}

/** Compares byte by byte: digits before upper case before lower case. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The hash that SignatureMethod selects; HmacSHA1 unless it is `HmacSHA256`. */
export const hashOf = (entries: readonly Entry[]): Hash =>
  lastValue(entries, 'SignatureMethod') === 'HmacSHA256' ? 'sha256' : 'sha1'

export const hmac = (hash: Hash, key: string, text: string, encoding: BufferEncoding = 'utf8'): string =>
  createHmac(hash, key).update(text, encoding).digest('base64')

/** In characters. For a longer request only the documented variant is tried: each variant costs a hash of all of it. */
const maxVariantLength = 65_536

/**
 * Returns the parameters that the signature covers, in the documented variant or in one of a real client. Returns
 * undefined when the signature was not made with this key.
 */
export function signedBy(request: SignedRequest, key: string, signature: string): readonly Entry[] | undefined {
  const hash = hashOf(request.entries)
  // Most clients sign the host without its port, so that it comes first: each attempt costs a hash
  const hosts = new Set([request.host.replace(/:\d+$/, ''), ...hostsOf(request)])
  for (const variant of variantsFor(request)) {
    const rest = joinParameters(request, variant)
    const isShort = rest.length <= maxVariantLength
    const matches = [...hosts].some((host) => {
      const text = `${request.method}${host}${request.path}?${rest}`
      if (hmac(hash, key, text) === signature) return true
      // The old CLI encodes the string as Latin-1 before hashing
      return isShort && isLatin1(text) && hmac(hash, key, text, 'latin1') === signature
    })
    if (matches) return signedEntries(request, variant)
    if (!isShort) return undefined
  }
  return undefined
}

/** Whether a text has characters beyond ASCII, where Latin-1 differs from UTF-8, and Latin-1 has all of them. */
const isLatin1 = (text: string): boolean => /[\x80-\xff]/.test(text) && !/[^\0-\xff]/.test(text)
