/** What a message calls the secrets that are searched for. */
export const secretKinds = 'a SecretKey, a Token or what looks like a private key'

/** Shorter secrets are not searched for: they would match parts of most requests. */
const minSecretLength = 8

/** In characters. The beginning of a longer secret is enough to recognize it. */
const maxSecretLength = 64

/** Values that are percent-encoded twice are common, because clients encode what their libraries encode again. */
const maxDecodings = 3

/** The names of parameters and headers whose last part, before any list indexes, denotes a secret. */
export const secretNamePattern = /(signature|token|secret[._-]?key|private[._-]?key|authorization)([._]\d+)*$/i

/**
 * Returns a function that finds these secrets and private keys in a text, also percent-encoded
 * (docs/behaviour.md#secrets). Its time is linear, but callers pass only as much of a text as they show or keep.
 * In names, `-` and `_` are no part of a private key: they join the words of what people and tools make up.
 */
export function createSecretSearch(secrets: readonly string[], { inNames = false } = {}): (text: string) => boolean {
  const harmless = inNames ? harmlessInNames : harmlessPattern
  const known = secrets
    .filter(({ length }) => length >= minSecretLength)
    .map((secret) => fold(secret.slice(0, maxSecretLength)))
  const isFound = (text: string) => {
    if (containsPrivateKey(text, harmless)) return true
    if (known.length === 0) return false
    const folded = fold(text)
    return known.some((secret) => folded.includes(secret))
  }
  return (text) => {
    let decoded = text
    for (let round = 0; !isFound(decoded); round++) {
      const next = round < maxDecodings ? decodePercent(decoded) : decoded
      if (next === decoded) return false
      decoded = next
    }
    return true
  }
}

/** Makes texts equal that differ by what happens to names and values: `+` is read as a space, `_` as `.`, hosts are in lower case. */
const fold = (text: string) => text.toLowerCase().replaceAll(' ', '+').replaceAll('_', '.')

/** Decodes ASCII only. Unlike `decodeURIComponent` it reads a text that was cut or is malformed, too. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text
  // In place: a replacement by a function would take seconds in a text of some megabytes
  const bytes = Buffer.from(text)
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    const [high, low] = bytes[index] === percentSign ? [hexDigit(bytes[index + 1]), hexDigit(bytes[index + 2])] : []
    const isAscii = high !== undefined && low !== undefined && high < 8
    bytes[length++] = isAscii ? 16 * high + low : (bytes[index] ?? 0)
    if (isAscii) index += 2
  }
  return bytes.toString('utf8', 0, length)
}

const percentSign = 0x25

function hexDigit(code = 0): number | undefined {
  const digit = code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57
  return (code < 0x3a ? digit >= 0 : digit >= 10 && digit < 16) ? digit : undefined
}

/** The marker of PEM, the beginnings of its base64 and of the base64 of OpenSSH's format, and DER in base64. */
const privateKeyPattern = /PRIVATE[ +_.]?KEY|LS0tLS1CRUdJTi|b3BlbnNzaC1rZXkt|(?:^|[^A-Za-z0-9+/])MII[A-Za-z0-9+/ ]{60}/

/**
 * What looks as random as a private key, but may be shown: the SecretIds of API keys, and public keys of OpenSSH, in which
 * `+` may be encoded or a space, and PHP writes `\/`.
 */
const harmlessPattern = /\b[AI]KID[\w-]+|AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)[\w+/=%\\ ]*/g
const harmlessInNames = new RegExp(`${harmlessPattern.source}|[-_]`, 'g')

/** Whether a text contains a private key, or a line of one. */
const containsPrivateKey = (text: string, harmless: RegExp) =>
  privateKeyPattern.test(text) || (hasRun(text) && hasRandomRun(text.replace(harmless, '\n')))

/** In characters. The lines of a PEM have at least 64, of which a host name or the name of a header cannot have all. */
const runLength = 48

/**
 * What 48 characters of a key have: about 30 changes between capitals, small letters, digits and separators, many capitals,
 * and few separators, which are `+` and `/` or what replaced them. Words, and names in camel case, have fewer changes,
 * fewer capitals or more separators.
 */
const random = { minChanges: 16, minUpper: 9, minLower: 5, maxSeparators: 7 }

const [none, upper, lower, digit, separator] = [0, 1, 2, 3, 4]

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Z]/.test(character)) return upper
  if (/[a-z]/.test(character)) return lower
  if (/[0-9]/.test(character)) return digit
  return /[-+/_ ]/.test(character) ? separator : none
})

const kindOf = (text: string, index: number) => kinds[text.charCodeAt(index)] ?? none

/** Whether a text has a run that is long enough. Read backwards, so that most characters need not be looked at. */
function hasRun(text: string): boolean {
  for (let start = 0; start + runLength <= text.length; ) {
    let index = start + runLength - 1
    while (index >= start && kindOf(text, index) !== none) index--
    if (index < start) return true
    start = index + 1
  }
  return false
}

function hasRandomRun(text: string): boolean {
  const counts = new Uint32Array(5)
  let length = 0
  let changes = 0
  for (let index = 0; index < text.length; index++) {
    const kind = kindOf(text, index)
    if (kind === none) {
      length = 0
      changes = 0
      counts.fill(0)
      continue
    }
    if (length > 0 && kind !== kindOf(text, index - 1)) changes++
    counts[kind] = (counts[kind] ?? 0) + 1
    length++
    if (length > runLength) {
      const first = kindOf(text, index - runLength)
      counts[first] = (counts[first] ?? 0) - 1
      if (first !== kindOf(text, index - runLength + 1)) changes--
    }
    if (length >= runLength && isRandom(changes, counts)) return true
  }
  return false
}

const isRandom = (changes: number, counts: Uint32Array) =>
  changes >= random.minChanges &&
  (counts[upper] ?? 0) >= random.minUpper &&
  (counts[lower] ?? 0) >= random.minLower &&
  (counts[separator] ?? 0) <= random.maxSeparators
