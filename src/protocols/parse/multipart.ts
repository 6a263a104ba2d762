import { type Failure, fail, ok, type Result } from '../../core/errors.ts'
import type { Entry } from '../../core/params.ts'
import { checkName, isTooMany, notUtf8, tooManyParams, utf8 } from './form.ts'

/**
 * Returns the boundary of a multipart body: that of its Content-Type if the body contains it, otherwise that of its
 * first line. Returns undefined when the body is not multipart, whatever its Content-Type.
 */
export function boundaryOf(body: Buffer, contentType: string): string | undefined {
  const parameter = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const declared = parameter?.[1] ?? parameter?.[2]
  if (declared !== undefined && body.includes(`--${declared}`, 0, 'latin1')) return declared
  return /^(?:\r\n)*--([^\r\n]+)\r\nContent-Disposition:/i.exec(body.toString('latin1', 0, 512))?.[1]
}

/**
 * Reads a multipart/form-data body, in which each part is one parameter. The official Java SDK sends a CRLF before the
 * first boundary and parts without a Content-Type (docs/behaviour.md#bodies-are-read-by-content).
 */
export function parseMultipart(body: Buffer, boundary: string): Result<Entry[]> {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const entries: Entry[] = []
  let index = indexOfDelimiter(body, delimiter, 0)
  while (index >= 0) {
    const start = index + delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return ok(entries)
    const headersEnd = body.indexOf('\r\n\r\n', start)
    if (headersEnd < 0) break
    if (headersEnd - start > maxHeadersLength) return malformed('has a part whose headers are too long')
    index = indexOfDelimiter(body, delimiter, headersEnd + 4)
    if (index < 0) break
    const part = readPart(
      body.subarray(start, headersEnd),
      body.subarray(headersEnd + 4, Math.max(index - 2, headersEnd + 4)),
    )
    if (!part.ok) return part
    entries.push(part.value)
    if (isTooMany(entries.length)) return tooManyParams
  }
  return malformed('ends before its last boundary')
}

/** In bytes. The headers of a part hold its name; clients send less than a hundred. */
const maxHeadersLength = 4096

/** So often a part may contain the text of the boundary. */
const maxFalseBoundaries = 10_000

/** Returns the index of the next boundary, or -1. It begins a line, and a line end, `--` or padding follows it. */
function indexOfDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  let index = body.indexOf(delimiter, from)
  for (let attempt = 0; index >= 0 && attempt < maxFalseBoundaries; attempt++) {
    const startsLine = index === 0 || body.toString('latin1', index - 2, index) === '\r\n'
    const next = body.toString('latin1', index + delimiter.length, index + delimiter.length + 2)
    if (startsLine && /^(--|\r\n|[ \t])/.test(next)) return index
    index = body.indexOf(delimiter, index + 1)
  }
  return -1
}

function readPart(headers: Buffer, content: Buffer): Result<Entry> {
  const text = utf8(headers)
  const value = utf8(content)
  if (text === undefined || value === undefined) return notUtf8('a part of the multipart body')
  const disposition = /^content-disposition:(.*)$/im.exec(text)?.[1] ?? ''
  const match = /;\s*name=(?:"((?:\\.|[^"\\])*)"|([^\s;"]+))/i.exec(disposition)
  const name = match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2]
  const isFile = /;\s*filename\*?=/i.test(disposition)
  if (name === undefined) return malformed('has a part without a name')
  return checkName(name) ?? ok([name, value, undefined, isFile])
}

const malformed = (problem: string): Failure => fail('InvalidRequest', { detail: `The multipart body ${problem}.` })
