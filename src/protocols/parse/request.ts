import { fail, ok, type Result } from '../../core/errors.ts'
import type { Entry, ParamTree } from '../../core/params.ts'
import { parseBody } from './body.ts'
import { parseForm } from './form.ts'
import { canonicalName } from './parameter-tree.ts'

/** A request as it was received. Nothing is decoded, because signatures cover the bytes. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  /** The request target after its `?`, as Latin-1: one character per byte. */
  readonly query: string
  /** Values by lower-case name; the last one of a repeated header. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Whether a request has a TC3 signature, valid or not. */
export const isTc3 = (headers: ReadonlyMap<string, string>): boolean =>
  /^TC3-/i.test(headers.get('authorization') ?? '')

/** A request with its parameters. */
export interface ReadRequest {
  readonly request: WireRequest
  readonly entries: readonly Entry[]
  readonly params: ParamTree
  /** Whether the request has an HMAC signature. It covers no header, so that only parameters count. */
  readonly signedByHmac: boolean
  /** Where the parameters were read from, for the error about a missing one. */
  readonly paramSource: string
}

interface Source extends Pick<ReadRequest, 'signedByHmac' | 'paramSource'> {
  readonly entries: Result<Entry[]>
}

/**
 * Reads the parameters of a request. A signed request is read as documented: a GET from its query only, a POST from its
 * body only (docs/behaviour.md#signed-requests-are-read-from-one-place). The query and the body of an unsigned request
 * are merged, and the body wins (docs/behaviour.md#unsigned-requests-are-read-from-both-places).
 */
export function readEntries({ method, query, headers, body }: WireRequest): Source {
  const tc3 = isTc3(headers)
  const fromQuery = parseForm(Buffer.from(query, 'latin1'), 'the query string')
  const { entries: fromBody, isJson } = parseBody(body, headers.get('content-type') ?? '')
  const signedByHmac = !tc3 && (isSigned(fromQuery) || isSigned(fromBody))
  const signed = tc3 || signedByHmac
  if (signed && method === 'GET') {
    return { entries: fromQuery, signedByHmac, paramSource: 'the query string (the body of a signed GET is ignored)' }
  }
  if (signed) {
    const entries = signedByHmac && isJson ? hmacSignedJson : fromBody
    return { entries, signedByHmac, paramSource: 'the body (the query string of a signed POST is ignored)' }
  }
  return { entries: merge(fromQuery, fromBody), signedByHmac, paramSource: 'the query string or the body' }
}

const isSigned = (entries: Result<Entry[]>) =>
  entries.ok &&
  entries.value.some(([name]) => name.length === 'Signature'.length && canonicalName(name) === 'Signature')

const hmacSignedJson = fail('InvalidParameter', {
  detail: 'A POST with a `Signature` must have a form as its body; a JSON body must be signed by TC3-HMAC-SHA256.',
})

function merge(first: Result<Entry[]>, second: Result<Entry[]>): Result<Entry[]> {
  if (!first.ok) return first
  if (!second.ok || first.value.length === 0) return second
  return second.value.length === 0 ? first : ok([...first.value, ...second.value])
}
