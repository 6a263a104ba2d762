import { fail, ok, type Result } from '../core/errors.js'
import { type Entry, notUtf8, parseForm, utf8 } from './form.js'
import { boundaryOf, parseMultipart } from './multipart.js'

const where = 'the body'

/** Whether the content is meant as JSON; no form begins like that. */
export const isJson = (body: Buffer): boolean => /^\s*[{[]/.test(body.toString('latin1', 0, 64))

/**
 * Reads a body by its content, since clients label a form as `application/json` and worse (`@tencent-sdk/capi`):
 * JSON object, multipart, or else a form.
 */
export function parseBody(body: Buffer, contentType: string): Result<Entry[]> {
  if (body.length === 0) return ok([])
  if (isJson(body)) return parseJson(body)
  const boundary = boundaryOf(body, contentType)
  return boundary === undefined ? parseForm(body, where) : parseMultipart(body, boundary)
}

const deepest = 8

/** A JSON object as flat entries: `{"KeyIds":["a"]}` as `KeyIds.0=a`; null counts as not sent. */
function parseJson(body: Buffer): Result<Entry[]> {
  const text = utf8(body)
  if (text === undefined) return notUtf8(where)
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('InvalidParameter', { detail: 'The body begins like JSON but is not one JSON object.' })
  }
  const entries: Entry[] = []
  const deepEnough = flatten('', value, deepest, entries)
  return deepEnough ? ok(entries) : fail('InvalidParameter', { detail: 'The JSON body is nested too deeply.' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function flatten(prefix: string, value: object, levels: number, entries: Entry[]): boolean {
  if (levels === 0) return false
  return Object.entries(value).every(([key, member]) => {
    const name = prefix + key
    if (typeof member === 'object' && member !== null) return flatten(`${name}.`, member, levels - 1, entries)
    if (member !== null) entries.push([name, String(member)])
    return true
  })
}
