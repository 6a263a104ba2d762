import type { Accounts } from '../accounts.js'
import type { ApiCall } from '../core/api-call.js'
import { fail, ok, type Result } from '../core/errors.js'
import type { Wish } from '../core/forcing.js'
import { type ParamTree, scalar } from '../core/params.js'
import { isJson, parseBody } from './body.js'
import { type Entry, parseForm } from './form.js'
import { assemble, canonicalName } from './params.js'
import type { Protocol, WireRequest } from './protocol.js'

/** `/v2/index.php` with `Version=2017-03-12`: parameters in query, form or multipart, `{"Response": …}` back. */
export const v2Protocol = (accounts: Accounts): Protocol => ({
  path: '/v2/index.php',

  decode(request) {
    const { entries, lookedIn } = readEntries(request)
    if (!entries.ok) return entries
    const params = assemble(entries.value)
    if (!params.ok) return params
    return toCall(request, params.value, lookedIn, accounts)
  },

  requestId: (uuid) => uuid.toUpperCase(),

  encode(result, requestId) {
    const response = result.ok
      ? { ...result.value, RequestId: requestId }
      : { Error: { Code: result.error.code, Message: result.error.message }, RequestId: requestId }
    return Buffer.from(JSON.stringify({ Response: response }))
  },
})

interface Source {
  readonly entries: Result<Entry[]>
  readonly lookedIn: string
}

/**
 * A signed request is read exactly as documented: GET the query only, POST the body only. An unsigned one could never
 * reach the real service and is read kindly: query and body, of which the body wins (design.md, The wire 4).
 */
function readEntries({ method, query, headers, body }: WireRequest): Source {
  const fromQuery = parseForm(Buffer.from(query, 'latin1'), 'the query string')
  const fromBody = parseBody(body, headers.get('content-type') ?? '')
  const signed = headers.get('authorization')?.startsWith('TC3-') || isSigned(fromQuery) || isSigned(fromBody)
  if (signed && method === 'GET') {
    return { entries: fromQuery, lookedIn: 'the query string only, as a signed GET is read' }
  }
  if (signed) {
    return { entries: isJson(body) ? signedJson : fromBody, lookedIn: 'the body only, as a signed POST is read' }
  }
  return { entries: merge(fromQuery, fromBody), lookedIn: 'the query string and the body' }
}

const isSigned = (entries: Result<Entry[]>) =>
  entries.ok && entries.value.some(([name]) => canonicalName(name) === 'Signature')

const signedJson = fail('InvalidParameter', {
  detail: 'A signed POST to this path carries its parameters as a form, not as JSON.',
})

function merge(first: Result<Entry[]>, second: Result<Entry[]>): Result<Entry[]> {
  if (!first.ok) return first
  return second.ok ? ok([...first.value, ...second.value]) : second
}

const longestSecretId = 256

function toCall({ headers }: WireRequest, params: ParamTree, lookedIn: string, accounts: Accounts): Result<ApiCall> {
  const secretId = scalar(params, 'SecretId')
  if (secretId !== undefined && secretId.length > longestSecretId) {
    const detail = `\`SecretId\` may have ${longestSecretId} characters at most.`
    return fail('InvalidParameter', { parameter: 'SecretId', detail })
  }
  const wish = (header: string, parameter: string): Wish | undefined => {
    const fromHeader = headers.get(header.toLowerCase())
    if (fromHeader !== undefined) return { source: header, value: fromHeader }
    const value = scalar(params, parameter)
    return value === undefined ? undefined : { source: parameter, value }
  }
  const error = wish('X-Emulator-Error', 'EmulatorError')
  const delay = wish('X-Emulator-Delay', 'EmulatorDelay')
  return ok({
    account: accounts(secretId),
    action: scalar(params, 'Action'),
    version: scalar(params, 'Version'),
    params,
    lookedIn,
    forced: { ...(error && { error }), ...(delay && { delay }) },
  })
}
