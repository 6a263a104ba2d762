import type { ApiVersion } from '../core/api-version.ts'
import type { Call, ForcedFault } from '../core/call.ts'
import { fail, ok } from '../core/errors.ts'
import { scalar } from '../core/params.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Authentication, Claim } from './auth/authenticate.ts'
import type { Entry } from './parse/form.ts'
import { assemble } from './parse/parameter-tree.ts'
import type { WireRequest } from './parse/request.ts'
import { type Read, readEntries } from './parse/request.ts'
import type { Decoded } from './protocol.ts'

/** What one generation does in its own way. */
interface ProtocolRules {
  readonly apiVersion: ApiVersion
  /** A common parameter, such as `Action`; undefined when it was not sent. */
  common(read: Pick<Read, 'request' | 'params' | 'signedByHmac'>, name: string): string | undefined
  /** Where the common parameters are looked for. */
  commonSource(read: Pick<Read, 'signedByHmac' | 'paramSource'>): string
  claim(read: Read): Claim
  /** What was sent besides the parameters, for the journal. */
  extraEntries(request: WireRequest): readonly Entry[]
}

/** Reads a request of a generation: its parameters, who sent it, and what of it may be executed. */
export const decoder =
  (
    { apiVersion, common, commonSource, claim, extraEntries }: ProtocolRules,
    accounts: Accounts,
    authentication: Authentication,
  ) =>
  (request: WireRequest): Decoded => {
    const { entries, signedByHmac, paramSource } = readEntries(request)
    if (!entries.ok) return { apiVersion, result: entries }
    const sent = [...extraEntries(request), ...entries.value]
    // What HMAC signs with `.` for `_` in a name is executed so
    const naming = signedByHmac ? '2017-03-12' : apiVersion
    const params = assemble(entries.value, naming)
    if (!params.ok) return { apiVersion, result: params, sent }

    const read = { request, entries: entries.value, params: params.value, signedByHmac, paramSource }
    const action = common(read, 'Action')
    const proof = claim(read)
    const refusal = checkSecretId(proof.secretId)
    if (refusal) return { apiVersion, result: refusal, action, sent }

    // An empty Region, or `null`, is what clients send that have none
    const region = regionOf(common(read, 'Region'))
    const known = { apiVersion, account: accounts.accountOf(proof.secretId), action, region, sent }
    const checked = authentication.check(proof)
    if (!checked.ok) {
      const { diagnosis } = checked
      return { ...known, result: checked, signature: 'refused', ...(diagnosis && { diagnosis }) }
    }
    const signature = checked.checked ? 'valid' : 'unchecked'
    // Where no more than the Signature is left out it is the same
    const isWhole = checked.value.length >= entries.value.length - 1
    const executed = isWhole ? params : assemble(checked.value, naming)
    if (!executed.ok) return { ...known, result: executed, signature }
    const executable = { request, params: executed.value, signedByHmac }
    const { account } = known
    const call: Call = {
      apiVersion,
      account,
      action,
      version: common(executable, 'Version'),
      region: regionOf(common(executable, 'Region')),
      params: executed.value,
      paramSource,
      commonSource: commonSource(read),
      forced: readForcedFaults(executable),
    }
    return { ...known, result: ok(call), signature }
  }

const regionOf = (sent: string | undefined) => (sent === 'null' ? undefined : sent || undefined)

const maxSecretIdLength = 256

function checkSecretId(secretId: string | undefined) {
  if (secretId === undefined || (secretId.length <= maxSecretIdLength && !secretId.includes('\0'))) return undefined
  const detail = `\`SecretId\` may have ${maxSecretIdLength} characters at most, and no NUL.`
  return fail('InvalidParameter', { parameter: 'SecretId', detail })
}

function readForcedFaults({ request: { headers }, params }: Pick<Read, 'request' | 'params'>): Call['forced'] {
  const wish = (header: string, parameter: string): ForcedFault | undefined => {
    const fromHeader = headers.get(header.toLowerCase())
    if (fromHeader !== undefined) return { source: header, value: fromHeader }
    const value = scalar(params, parameter)
    return value === undefined ? undefined : { source: parameter, value }
  }
  const error = wish('X-Emulator-Error', 'EmulatorError')
  const delay = wish('X-Emulator-Delay', 'EmulatorDelay')
  return { ...(error && { error }), ...(delay && { delay }) }
}
