import type { Accounts } from '../accounts.js'
import type { Action } from '../core/action.js'
import type { Answer } from '../core/dispatcher.js'
import { fail, ok, type Result } from '../core/errors.js'
import type { Wish } from '../core/forcing.js'
import { type ParamTree, scalar } from '../core/params.js'
import { accountEnvelope } from './account-envelope.js'
import type { Authentication } from './authentication.js'
import { readEntries } from './entries.js'
import { assemble } from './params.js'
import type { Protocol, WireRequest } from './protocol.js'

const path = '/v2/index.php'

/** `/v2/index.php` with `Version=2017-03-12`: parameters in query, form or multipart, `{"Response": …}` back. */
export const v2Protocol = (accounts: Accounts, authentication: Authentication): Protocol => ({
  path,

  decode(request) {
    const { entries, lookedIn } = readEntries(request)
    if (!entries.ok) return { result: entries }
    const params = assemble(entries.value)
    if (!params.ok) return { result: params, sent: entries.value }
    const secretId = scalar(params.value, 'SecretId')
    const refusal = refuseSecretId(secretId)
    const action = scalar(params.value, 'Action')
    if (refusal) return { result: refusal, action, sent: entries.value }

    // An empty Region is what clients send that have none
    const region = scalar(params.value, 'Region') || undefined
    const known = { account: accounts.accountOf(secretId), action, region, sent: entries.value }
    const host = request.headers.get('host') ?? ''
    const received = { method: request.method, host, path, entries: entries.value }
    const checked = authentication.check(received, params.value, lookedIn)
    if (!checked.ok) {
      const { diagnosis } = checked
      return { ...known, result: checked, signature: 'refused', ...(diagnosis && { diagnosis }) }
    }
    const signature = checked.checked ? 'valid' : 'unchecked'
    // Where no more than the Signature is left out it is the same
    const isWhole = checked.value.length >= entries.value.length - 1
    const executed = isWhole ? params : assemble(checked.value)
    const result = executed.ok ? ok(toCall(request, executed.value, lookedIn, known)) : executed
    return { ...known, result, signature }
  },

  requestId: (uuid) => uuid.toUpperCase(),

  encode(result, requestId, action) {
    const answer = action?.api === 'account' ? accountEnvelope(result) : envelope(result, requestId, action)
    return JSON.stringify(answer)
  },
})

function envelope(result: Result<Answer>, RequestId: string, action: Action | undefined) {
  if (!result.ok) {
    const { code, message } = result.error
    return { Response: { Error: { Code: code, Message: message }, RequestId } }
  }
  return { Response: action?.requestIdFirst ? { RequestId, ...result.value } : { ...result.value, RequestId } }
}

const longestSecretId = 256

function refuseSecretId(secretId: string | undefined) {
  if (secretId === undefined || (secretId.length <= longestSecretId && !secretId.includes('\0'))) return undefined
  const detail = `\`SecretId\` may have ${longestSecretId} characters at most, and no NUL.`
  return fail('InvalidParameter', { parameter: 'SecretId', detail })
}

function toCall(
  { headers }: WireRequest,
  params: ParamTree,
  lookedIn: string,
  { account, action }: { readonly account: string; readonly action: string | undefined },
) {
  const wish = (header: string, parameter: string): Wish | undefined => {
    const fromHeader = headers.get(header.toLowerCase())
    if (fromHeader !== undefined) return { source: header, value: fromHeader }
    const value = scalar(params, parameter)
    return value === undefined ? undefined : { source: parameter, value }
  }
  const error = wish('X-Emulator-Error', 'EmulatorError')
  const delay = wish('X-Emulator-Delay', 'EmulatorDelay')
  return {
    account,
    action,
    version: scalar(params, 'Version'),
    // An empty Region is what clients send that have none
    region: scalar(params, 'Region') || undefined,
    params,
    lookedIn,
    forced: { ...(error && { error }), ...(delay && { delay }) },
  }
}
