import type { ApiVersion } from '../core/api-version.ts'
import type { Call, ForcedFault } from '../core/call.ts'
import { type Failure, fail } from '../core/errors.ts'
import { type Entry, type ParamTree, scalar } from '../core/params.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Authentication, Claim } from './auth/authenticate.ts'
import { assemble } from './parse/parameter-tree.ts'
import { type ReadRequest, readEntries, type WireRequest } from './parse/request.ts'

/** What one version of the API does in its own way. */
export interface ProtocolRules {
  readonly apiVersion: ApiVersion
  /** A common parameter, such as `Action`; undefined when it was not sent. */
  common(read: ReadRequest, name: string): string | undefined
  /** Where the common parameters are looked for. */
  commonSource(read: ReadRequest): string
  claim(read: ReadRequest): Claim
  /** What was sent beside the parameters, for the journal. */
  extraEntries(request: WireRequest): readonly Entry[]
}

/** What is known of a request when its call is built. */
type Known = Pick<Call, 'account' | 'signature' | 'refusal' | 'diagnosis'>

const noParams: ParamTree = new Map()
const unread: Known = { account: undefined, signature: 'unchecked' }

/** The call of bytes that could not be read as a request. */
export const unreadableCall = (apiVersion: ApiVersion, refusal: Failure): Call => ({
  apiVersion,
  account: undefined,
  action: undefined,
  version: undefined,
  region: undefined,
  params: noParams,
  sent: [],
  paramSource: '',
  commonSource: '',
  forced: {},
  signature: 'unchecked',
  refusal,
})

/** Reads requests of one version of the API: the parameters, the sender, and what of them may be executed. */
export function createDecoder(rules: ProtocolRules, accounts: Accounts, authentication: Authentication) {
  const { apiVersion, common, commonSource, claim, extraEntries } = rules

  const build = (read: ReadRequest, known: Known): Call => ({
    apiVersion,
    action: common(read, 'Action'),
    version: common(read, 'Version'),
    region: toRegion(common(read, 'Region')),
    params: read.params,
    sent: [...extraEntries(read.request), ...read.entries],
    paramSource: read.paramSource,
    commonSource: commonSource(read),
    forced: readForcedFaults(read),
    ...known,
  })

  return (request: WireRequest): Call => {
    const { entries, signedByHmac, paramSource } = readEntries(request)
    if (!entries.ok) return unreadableCall(apiVersion, entries)
    // HMAC signs a `.` for each `_` in a name, and the name is executed as it was signed
    const naming = signedByHmac ? '2017-03-12' : apiVersion
    const params = assemble(entries.value, naming)
    const read = { request, entries: entries.value, params: noParams, signedByHmac, paramSource }
    if (!params.ok) return build(read, { ...unread, refusal: params })

    const whole = { ...read, params: params.value }
    const proof = claim(whole)
    const refusal = checkSecretId(proof.secretId)
    if (refusal) return build(whole, { ...unread, refusal })

    const account = accounts.accountOf(proof.secretId)
    const checked = authentication.check(proof)
    if (!checked.ok) {
      const { diagnosis } = checked
      return build(whole, { account, signature: 'refused', refusal: checked, ...(diagnosis && { diagnosis }) })
    }
    const signature = checked.checked ? 'valid' : 'unchecked'
    // Every signature leaves out itself; some leave out more, and that is not executed
    if (checked.value.length >= entries.value.length - 1) return build(whole, { account, signature })
    const executable = assemble(checked.value, naming)
    if (!executable.ok) return build(read, { account, signature, refusal: executable })
    return build({ ...read, params: executable.value }, { account, signature })
  }
}

/** Clients without a Region send an empty one, or `null`. */
const toRegion = (sent: string | undefined) => (sent === 'null' ? undefined : sent || undefined)

const maxSecretIdLength = 256

function checkSecretId(secretId: string | undefined): Failure | undefined {
  if (secretId === undefined || (secretId.length <= maxSecretIdLength && !secretId.includes('\0'))) return undefined
  const detail = `\`SecretId\` may have ${maxSecretIdLength} characters at most, and no NUL.`
  return fail('InvalidParameter', { parameter: 'SecretId', detail })
}

function readForcedFaults({ request: { headers }, params }: ReadRequest): Call['forced'] {
  const read = (header: string, parameter: string): ForcedFault | undefined => {
    const fromHeader = headers.get(header.toLowerCase())
    if (fromHeader !== undefined) return { source: header, value: fromHeader }
    const value = scalar(params, parameter)
    return value === undefined ? undefined : { source: parameter, value }
  }
  const error = read('X-Emulator-Error', 'EmulatorError')
  const delay = read('X-Emulator-Delay', 'EmulatorDelay')
  return { ...(error && { error }), ...(delay && { delay }) }
}
