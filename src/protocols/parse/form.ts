import { fail, ok, type Result } from '../../core/errors.ts'
import type { Entry } from '../../core/params.ts'

/** The value that counts of a name: the last. */
export const lastValue = (entries: readonly Entry[], name: string): string | undefined =>
  entries.findLast(([sent]) => sent === name)?.[1]

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes as text; undefined when they are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** More parameters than any client sends, and no more than are read without holding anybody up. */
const maxEntries = 10_000

/** Whether there are more entries than are read at all. */
export const areTooMany = (count: number): boolean => count > maxEntries

export const tooMany = fail('InvalidParameter', { detail: `A request may have ${maxEntries} parameters at most.` })

/** The answer to bytes that are not text. */
export const notUtf8 = (where: string) =>
  fail('InvalidParameter', { detail: `All text must be UTF-8; ${where} is not.` })

/** Reads `name=value&…`, percent-encoded, with `+` for a space. `where` names it in a message. */
export function parseForm(bytes: Uint8Array, where: string): Result<Entry[]> {
  const text = utf8(bytes)
  return text === undefined ? notUtf8(where) : parseText(text, where)
}

/** The same of what is text already. */
export function parseText(text: string, where: string): Result<Entry[]> {
  const entries: Entry[] = []
  const pairs = text.split('&', maxEntries + 1)
  if (areTooMany(pairs.length)) return tooMany
  for (const pair of pairs) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    // A report of 2023 quotes this sentence of the real service (docs/behaviour.md#malformed-requests)
    if (equals < 0) return malformed(where, pair, 'Url key and value should be splited by `=`.')
    const name = decode(pair.slice(0, equals))
    const value = decode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) {
      return malformed(where, pair, 'It is not percent-encoded UTF-8.')
    }
    entries.push([name, value])
  }
  return ok(entries)
}

const malformed = (where: string, pair: string, detail: string) =>
  fail('InvalidParameter', { parameter: pair.split('=', 1)[0] ?? pair, detail: `${detail} It was sent in ${where}.` })

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
