import { isUtf8 } from 'node:buffer'
import { type Failure, fail, ok, type Result } from '../../core/errors.ts'
import type { Entry } from '../../core/params.ts'

/** The value of a parameter: the last one that was sent (docs/behaviour.md#repeated-names). */
export const lastValue = (entries: readonly Entry[], name: string): string | undefined =>
  entries.findLast(([sent]) => sent === name)?.[1]

/** The bytes as text; undefined when they are not UTF-8. */
export const utf8 = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString() : undefined)

/** More parameters than any client sends, and few enough not to delay other requests. */
const maxEntries = 10_000

/** Whether a number of parameters exceeds the limit. */
export const isTooMany = (count: number): boolean => count > maxEntries

export const tooManyParams = fail('InvalidParameter', { detail: `The limit is ${maxEntries} parameters per request.` })

/** In characters; the longest name of the API has thirty. */
const maxNameLength = 1024

/** The error for a name that is too long to be a parameter; undefined for others. Longer ones would delay other requests. */
export const checkName = (name: string): Failure | undefined =>
  name.length <= maxNameLength
    ? undefined
    : fail('InvalidParameter', {
        parameter: name,
        detail: `A parameter name must have at most ${maxNameLength} characters.`,
      })

/** The error for bytes that are not UTF-8. `where` names their place in the request. */
export const notUtf8 = (where: string) =>
  fail('InvalidParameter', { detail: `Text must be valid UTF-8; ${where} is not.` })

/** Reads `name=value&…`, percent-encoded, with `+` for a space. `where` names the place in an error. */
export function parseForm(bytes: Buffer, where: string): Result<Entry[]> {
  const text = utf8(withSpaces(bytes))
  if (text === undefined) return notUtf8(where)
  const entries: Entry[] = []
  const pairs = text.split('&', maxEntries + 1)
  if (isTooMany(pairs.length)) return tooManyParams
  for (const pair of pairs) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    // The sentence of the real service (docs/behaviour.md#malformed-requests)
    if (equals < 0) return malformed(where, pair, 'Url key and value should be splited by `=`.')
    const tooLong = checkName(pair.slice(0, equals))
    if (tooLong) return tooLong
    const name = decode(pair.slice(0, equals))
    const value = decode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) {
      return malformed(where, pair, 'The name or the value is not percent-encoded UTF-8.')
    }
    entries.push([name, value])
  }
  return ok(entries)
}

const malformed = (where: string, pair: string, detail: string) =>
  fail('InvalidParameter', { parameter: pair.split('=', 1)[0] ?? pair, detail: `${detail} It was sent in ${where}.` })

/** The bytes with `+` as the space that it means. In a text of 10 MB, replacing it would take a second. */
function withSpaces(bytes: Buffer): Buffer {
  const first = bytes.indexOf(plus)
  if (first < 0) return bytes
  const spaced = Buffer.from(bytes)
  for (let index = first; index < spaced.length; index++) if (spaced[index] === plus) spaced[index] = space
  return spaced
}

const plus = 0x2b
const space = 0x20

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
