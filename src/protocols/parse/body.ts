import { type Failure, fail, ok, type Result } from '../../core/errors.ts'
import type { Entry, JsonType } from '../../core/params.ts'
import { checkName, isTooMany, notUtf8, parseForm, tooManyParams, utf8 } from './form.ts'
import { boundaryOf, parseMultipart } from './multipart.ts'
import { maxNameDepth } from './parameter-tree.ts'

const where = 'the body'

/** Whether the body begins like JSON; no form does. */
const startsAsJson = (body: Buffer): boolean => /^(ï»¿)?\s*[{[]/.test(body.toString('latin1', 0, 64))

/**
 * Reads a JSON object, a multipart body or a form. The content decides which, because clients send a form as
 * `application/json` (docs/behaviour.md#bodies-are-read-by-content).
 */
export function parseBody(body: Buffer, contentType: string): { entries: Result<Entry[]>; isJson: boolean } {
  if (body.length === 0) return { entries: ok([]), isJson: false }
  if (startsAsJson(body)) return { entries: parseJson(body), isJson: true }
  return { entries: parseFields(body, contentType), isJson: false }
}

function parseFields(body: Buffer, contentType: string): Result<Entry[]> {
  const boundary = boundaryOf(body, contentType)
  // A form that is sent as JSON has a `=`
  if (boundary === undefined && /\bjson\b/i.test(contentType) && !body.includes('=')) return notAnObject
  return boundary === undefined ? parseForm(body, where) : parseMultipart(body, boundary)
}

const tooDeep = fail('InvalidParameter', { detail: 'The JSON body is nested too deeply.' })

const notAnObject = fail('InvalidParameter', { detail: 'The body must be a JSON object.' })

/** Reads a JSON object as flat entries: `{"KeyIds":["a"]}` is `KeyIds.0=a`. Outside a list, null counts as not sent. */
function parseJson(body: Buffer): Result<Entry[]> {
  const text = utf8(body)
  if (text === undefined) return notUtf8(where)
  const tooLarge = checkStructure(body)
  if (tooLarge) return tooLarge
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return notAnObject
  }
  const entries: Entry[] = []
  return flatten('', value, [], entries) ?? ok(entries)
}

/** Refuses JSON with too many members or levels before it is parsed: a body of 10 MB may have millions of them. */
function checkStructure(body: Buffer): Failure | undefined {
  let depth = 0
  let members = 0
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]
    if (byte === quote) index = endOfString(body, index)
    else if (byte === comma && isTooMany(++members)) return tooManyParams
    else if ((byte === openBrace || byte === openBracket) && ++depth > maxNameDepth + 1) return tooDeep
    else if (byte === closeBrace || byte === closeBracket) depth--
  }
  return undefined
}

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\,{}[]')

/** The index of the quote that ends the string which begins at `start`, or of the end of the body. */
function endOfString(body: Buffer, start: number): number {
  let end = body.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(body, end)) end = body.indexOf('"', end + 1)
  return end < 0 ? body.length : end
}

/** Whether an odd number of backslashes is before this byte. */
function isEscaped(body: Buffer, index: number): boolean {
  let first = index
  while (body[first - 1] === backslash) first--
  return (index - first) % 2 === 1
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

/** Appends the members to `entries`. Returns an error when there are too many, or they are nested too deeply. */
function flatten(prefix: string, value: object, within: readonly JsonType[], entries: Entry[]): Failure | undefined {
  if (within.length === maxNameDepth) return tooDeep
  for (const [key, member] of membersOf(value)) {
    const name = prefix + key
    // Each member repeats the name: a name of 1 MB with a thousand members would take 1 GB
    const tooLong = checkName(name)
    if (tooLong) return tooLong
    const types = [...within, typeOf(member)]
    if (typeof member === 'object' && member !== null && !isEmpty(member)) {
      const failure = flatten(`${name}.`, member, types, entries)
      if (failure) return failure
    } else if (member !== null || Array.isArray(value)) {
      const text = typeof member === 'object' ? emptyText(member) : String(member)
      // A lone surrogate has no UTF-8 encoding
      if (/\p{Surrogate}/u.test(text)) return notUtf8(where)
      entries.push([name, text, types])
    }
    if (isTooMany(entries.length)) return tooManyParams
  }
  return undefined
}

const emptyText = (member: object | null) => (member === null ? 'null' : Array.isArray(member) ? '[]' : '{}')

const typeOf = (member: unknown) =>
  (Array.isArray(member) ? 'array' : member === null ? 'null' : typeof member) as JsonType

/** Whether a list or structure has no member that counts as sent. */
function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const [, member] of membersOf(value)) if (member !== null) return false
  return true
}

/** A generator, because a body may have five million members, and only the first few thousand are read. */
function* membersOf(value: object): Generator<readonly [key: string | number, member: unknown]> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield [index, value[index]]
    return
  }
  for (const key of Object.keys(value)) yield [key, (value as Record<string, unknown>)[key]]
}
