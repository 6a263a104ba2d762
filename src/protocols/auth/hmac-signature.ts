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
  /**
   * PHP, Java and the old CLI sort the names before `_` is replaced, Python sorts them after that. .NET sorts before it,
   * without regard to case.
   */
  readonly sort: 'after replacing' | 'before replacing' | 'ignoring case'
  /** Whether a POST leaves out values that begin with `@`, as Python, PHP, Java and the CLI do, and files, as Java does. */
  readonly files: 'kept' | 'left out'
}

export const documentedVariant: SigningVariant = { underscores: 'all', sort: 'after replacing', files: 'kept' }

/** The documented variant comes first. */
const variants: readonly SigningVariant[] = (['all', 'unless in front'] as const).flatMap((underscores) =>
  (['after replacing', 'before replacing', 'ignoring case'] as const).flatMap((sort) =>
    (['kept', 'left out'] as const).map((files) => ({ underscores, sort, files })),
  ),
)

/** The variants that differ for this request. Most requests have no `_` in a name and no file. */
function variantsFor({ method, path, entries }: SignedRequest): readonly SigningVariant[] {
  const underscores = entries.some(([name]) => name.includes('_'))
  const files = method === 'POST' && entries.some(isFile)
  // The signing page of 3.0 has no rule about `_` (docs/behaviour.md#signing-variants-of-clients)
  const plain: SigningVariant[] = path === '/' && underscores ? [{ ...documentedVariant, underscores: 'none' }] : []
  const usual = variants.filter(
    (variant) =>
      (underscores || (variant.underscores === 'all' && variant.sort !== 'before replacing')) &&
      (files || variant.files === 'kept'),
  )
  return [...plain, ...usual]
}

/** Whether SDKs take a parameter for a file: a multipart part with a name of a file, or a value that begins with `@`. */
const isFile = ([, value, , isPart]: Entry): boolean => isPart === true || value.startsWith('@')

/** The hosts that may be signed (docs/behaviour.md#hosts-that-may-be-signed). */
export function hostsOf({ host, path, entries }: SignedRequest): string[] {
  const canonical = path === '/' ? hostsOf30('cvm', lastValue(entries, 'Region')) : hostsOf2017
  return hostVariants(host, canonical)
}

/** The parameters that a variant signs: all but Signature, and the last value of a repeated name. */
function signedEntries({ entries }: Pick<SignedRequest, 'entries'>, { files }: SigningVariant): Entry[] {
  const last = new Map<string, Entry>()
  for (const entry of entries) last.set(entry[0], entry)
  last.delete('Signature')
  return files === 'kept' ? [...last.values()] : [...last.values()].filter((entry) => !isFile(entry))
}

/** The parts of a string to sign. */
export interface SignedParts {
  readonly method: string
  readonly host: string
  readonly path: string
  /** Names and values in their order. */
  readonly pairs: readonly Pair[]
}

type Pair = readonly [name: string, value: string, ...unknown[]]

/** The string to sign: method, host, path, `?`, and the sorted parameters without Signature, as `name=value`. */
export const stringToSign = ({ method, host, path, pairs }: SignedParts): string =>
  `${method}${host}${path}?${joinPairs(pairs)}`

const joinPairs = (pairs: readonly Pair[]) => pairs.map(([name, value]) => `${name}=${value}`).join('&')

/** The names and values that a variant signs, in its order. */
export function signedPairs(request: Pick<SignedRequest, 'entries'>, variant: SigningVariant): readonly Pair[] {
  const replaced = signedEntries(request, variant).map(
    ([name, value]) => [replaceUnderscores(name, variant), value, name] as const,
  )
  return replaced.sort((one, other) => compareBy[variant.sort](one, other))
}

type Replaced = readonly [name: string, value: string, sent: string]

const compareBy: Readonly<Record<SigningVariant['sort'], (one: Replaced, other: Replaced) => number>> = {
  'after replacing': ([a], [b]) => compare(a, b),
  'before replacing': ([, , a], [, , b]) => compare(a, b),
  'ignoring case': ([, , a], [, , b]) => compare(a.toUpperCase(), b.toUpperCase()),
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

/** In characters. The base64 of a SHA-256 has 44; a longer text is no signature, and is not worth a hash. */
export const maxSignatureLength = 256

/** In characters. Of a request beyond, only the usual hosts are tried: each attempt hashes all of it. */
const maxHostsLength = 1_000_000

/** Whether the signature was made with this key, in the documented variant or in one of a real client. */
export function isSignedBy(request: SignedRequest, key: string, signature: string): boolean {
  if (signature.length > maxSignatureLength) return false
  const hash = hashOf(request.entries)
  // Most clients sign the host without its port, so that it comes first: each attempt costs a hash
  const firstHost = request.host.replace(/:\d+$/, '')
  const otherHosts = () => hostsOf(request).filter((host) => host !== firstHost)
  for (const variant of variantsFor(request)) {
    const rest = joinPairs(signedPairs(request, variant))
    const isShort = rest.length <= maxVariantLength
    const matches = (host: string) => {
      const text = `${request.method}${host}${request.path}?${rest}`
      if (hmac(hash, key, text) === signature) return true
      // The old CLI encodes the string as Latin-1 before hashing
      return isShort && isLatin1(text) && hmac(hash, key, text, 'latin1') === signature
    }
    if (matches(firstHost)) return true
    const others = otherHosts()
    if ((rest.length > maxHostsLength ? others.slice(0, 1) : others).some(matches)) return true
    if (!isShort) return false
  }
  return false
}

/** Whether a text has characters beyond ASCII, where Latin-1 differs from UTF-8, and Latin-1 has all of them. */
const isLatin1 = (text: string): boolean => /[\x80-\xff]/.test(text) && !/[^\0-\xff]/.test(text)
