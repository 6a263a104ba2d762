import { type Failure, fail, ok, type Result } from '../../core/errors.ts'
import type { Entry, JsonType } from '../../core/params.ts'
import { areTooMany, notUtf8, parseForm, tooMany, utf8 } from './form.ts'
import { boundaryOf, parseMultipart } from './multipart.ts'
import { maxNameDepth } from './parameter-tree.ts'

const where = 'the body'

/** In characters; the longest of the API has thirty. */
const maxNameLength = 1024
const nameTooLong = `A name may have ${maxNameLength} characters at most.`

/** Whether the content is meant as JSON; no form begins like that. */
const startsAsJson = (body: Buffer): boolean => /^(ï»¿)?\s*[{[]/.test(body.toString('latin1', 0, 64))

/**
 * Reads a body by its content, since clients label a form as `application/json` and worse (`@tencent-sdk/capi`):
 * JSON object, multipart, or else a form.
 */
export function parseBody(body: Buffer, contentType: string): { entries: Result<Entry[]>; isJson: boolean } {
  if (body.length === 0) return { entries: ok([]), isJson: false }
  if (startsAsJson(body)) return { entries: parseJson(body), isJson: true }
  return { entries: parseFields(body, contentType), isJson: false }
}

function parseFields(body: Buffer, contentType: string): Result<Entry[]> {
  const boundary = boundaryOf(body, contentType)
  // A form that is labelled so has its `=`
  if (boundary === undefined && /\bjson\b/i.test(contentType) && !body.includes('=')) return notOneObject
  return boundary === undefined ? parseForm(body, where) : parseMultipart(body, boundary)
}

const notOneObject = fail('InvalidParameter', { detail: 'The body is not one JSON object.' })

/** A JSON object as flat entries: `{"KeyIds":["a"]}` as `KeyIds.0=a`; null counts as not sent, but not in a list. */
function parseJson(body: Buffer): Result<Entry[]> {
  const text = utf8(body)
  if (text === undefined) return notUtf8(where)
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return notOneObject
  }
  const entries: Entry[] = []
  return flatten('', value, [], entries) ?? ok(entries)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

/** Appends the members to `entries`; answers a failure when there are too many or they are nested too deeply. */
function flatten(prefix: string, value: object, within: readonly JsonType[], entries: Entry[]): Failure | undefined {
  if (within.length === maxNameDepth) return fail('InvalidParameter', { detail: 'The JSON body is nested too deeply.' })
  for (const [key, member] of membersOf(value)) {
    const name = prefix + key
    // What stands within it repeats it: a megabyte of name and a thousand members would be a gigabyte
    if (name.length > maxNameLength) return fail('InvalidParameter', { parameter: name, detail: nameTooLong })
    const types = [...within, typeOf(member)]
    if (typeof member === 'object' && member !== null && !isEmpty(member)) {
      const failure = flatten(`${name}.`, member, types, entries)
      if (failure) return failure
    } else if (member !== null || Array.isArray(value)) {
      const text = typeof member === 'object' ? emptyText(member) : String(member)
      // Half of a surrogate pair has no bytes in UTF-8
      if (/\p{Surrogate}/u.test(text)) return notUtf8(where)
      entries.push([name, text, types])
    }
    if (areTooMany(entries.length)) return tooMany
  }
  return undefined
}

const emptyText = (member: object | null) => (member === null ? 'null' : Array.isArray(member) ? '[]' : '{}')

const typeOf = (member: unknown) =>
  (Array.isArray(member) ? 'array' : member === null ? 'null' : typeof member) as JsonType

/** Whether it has nothing that counts as sent. */
function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const [, member] of membersOf(value)) if (member !== null) return false
  return true
}

/** One at a time: there may be five million, of which we read the first few thousand. */
function* membersOf(value: object): Generator<readonly [key: string | number, member: unknown]> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield [index, value[index]]
    return
  }
  for (const key of Object.keys(value)) yield [key, (value as Record<string, unknown>)[key]]
}
