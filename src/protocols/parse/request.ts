import { fail, ok, type Result } from '../../core/errors.ts'
import type { Entry, ParamTree } from '../../core/params.ts'
import { parseBody } from './body.ts'
import { parseForm, parseText } from './form.ts'
import { canonicalName } from './parameter-tree.ts'

/** A request as it came over the wire: nothing decoded, since signatures cover the bytes. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  /** What follows `?` in the request target, one character a byte. */
  readonly query: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Whether a request is signed by TC3, or means to be. */
export const isTc3 = (headers: ReadonlyMap<string, string>): boolean =>
  /^TC3-/i.test(headers.get('authorization') ?? '')

/** A request with its parameters, and where they were read. */
export interface ReadRequest {
  readonly request: WireRequest
  readonly entries: readonly Entry[]
  readonly params: ParamTree
  /** Whether HmacSHA1 or HmacSHA256 signs them: then they are all that counts, since no header is signed. */
  readonly signedByHmac: boolean
  /** Where they were looked for, for the caller who misses one. */
  readonly paramSource: string
}

interface Source {
  readonly entries: Result<Entry[]>
  /** Whether HmacSHA1 or HmacSHA256 signs it, or means to: its parameters, and no header. */
  readonly signedByHmac: boolean
  /** Where the parameters were looked for, for the caller who misses one. */
  readonly paramSource: string
}

/**
 * A signed request is read exactly as documented: only the query of a GET, only the body of a POST
 * (docs/behaviour.md#signed-requests-are-read-from-one-place). The real service refuses every unsigned request; here
 * its query and its body are merged, and the body wins (docs/behaviour.md#unsigned-requests-are-read-from-both-places).
 */
export function readEntries({ method, query, headers, body }: WireRequest): Source {
  const tc3 = isTc3(headers)
  const fromQuery = parseQuery(query)
  const { entries: fromBody, isJson } = parseBody(body, headers.get('content-type') ?? '')
  const signedByHmac = !tc3 && (isSigned(fromQuery) || isSigned(fromBody))
  const signed = tc3 || signedByHmac
  if (signed && method === 'GET') {
    return { entries: fromQuery, signedByHmac, paramSource: 'the query string only, as a signed GET is read' }
  }
  if (signed) {
    const entries = signedByHmac && isJson ? signedJson : fromBody
    return { entries, signedByHmac, paramSource: 'the body only, as a signed POST is read' }
  }
  return { entries: merge(fromQuery, fromBody), signedByHmac, paramSource: 'the query string and the body' }
}

const inQuery = 'the query string'

/** Most are plain ASCII and need not be decoded. */
const parseQuery = (query: string) =>
  isAscii(query) ? parseText(query, inQuery) : parseForm(Buffer.from(query, 'latin1'), inQuery)

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)

const isSigned = (entries: Result<Entry[]>) =>
  entries.ok && entries.value.some(([name]) => canonicalName(name) === 'Signature')

const signedJson = fail('InvalidParameter', {
  detail: 'A POST that `Signature` signs carries its parameters as a form; JSON is signed by TC3-HMAC-SHA256.',
})

function merge(first: Result<Entry[]>, second: Result<Entry[]>): Result<Entry[]> {
  if (!first.ok) return first
  if (!second.ok || first.value.length === 0) return second
  return second.value.length === 0 ? first : ok([...first.value, ...second.value])
}
