import { type Failure, fail, ok, type Result } from '../../core/errors.ts'
import type { Entry } from '../../core/params.ts'
import { areTooMany, notUtf8, tooMany, utf8 } from './form.ts'

/**
 * The boundary of a multipart body: what its Content-Type says if the body has it, else what its first line says;
 * undefined when the body is none, whatever its label.
 */
export function boundaryOf(body: Buffer, contentType: string): string | undefined {
  const label = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const declared = label?.[1] ?? label?.[2]
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
  let at = delimiterFrom(body, delimiter, 0)
  while (at >= 0) {
    const start = at + delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return ok(entries)
    const headersEnd = body.indexOf('\r\n\r\n', start)
    if (headersEnd < 0) break
    at = delimiterFrom(body, delimiter, headersEnd + 4)
    if (at < 0) break
    const part = readPart(
      body.subarray(start, headersEnd),
      body.subarray(headersEnd + 4, Math.max(at - 2, headersEnd + 4)),
    )
    if (!part.ok) return part
    entries.push(part.value)
    if (areTooMany(entries.length)) return tooMany
  }
  return malformed('ends before its last boundary')
}

/** Where the next boundary stands: at the start of a line, and followed by the line's end, `--` or padding. */
function delimiterFrom(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const startsLine = at === 0 || body.toString('latin1', at - 2, at) === '\r\n'
    const after = body.toString('latin1', at + delimiter.length, at + delimiter.length + 2)
    if (startsLine && /^(--|\r\n|[ \t])/.test(after)) return at
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
  return name === undefined ? malformed('has a part without a name') : ok([name, value])
}

const malformed = (problem: string): Failure => fail('InvalidParameter', { detail: `The multipart body ${problem}.` })
