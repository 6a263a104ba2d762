import type { Action } from '../core/action.ts'
import type { Call, ForcedFault, Language } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import { type ApiError, type ErrorCode, type Failure, fail, type Result } from '../core/errors.ts'
import { type Entry, type ParamTree, scalar } from '../core/params.ts'
import { fromShortCode } from '../core/regions.ts'
import type { ApiVersion } from '../core/schema.ts'
import type { Accounts } from '../identity/accounts.ts'
import { secretKinds } from '../identity/secrets.ts'
import type { Authentication, Claim } from './auth/authenticate.ts'
import { sentService } from './auth/host-names.ts'
import { assemble } from './parse/parameter-tree.ts'
import { type ReadRequest, readEntries, type WireRequest } from './parse/request.ts'

/** The wire format of one version of the API: it reads calls and writes answers. */
export interface Protocol {
  /** The code of an internal error in this version (docs/behaviour.md#internal-errors). */
  readonly internalError: ErrorCode
  /** Reads a request. When it must be refused, the call has a `refusal`. */
  decode(request: WireRequest): Call
  /** Returns a call for a request that could not be read. */
  unreadable(refusal: Failure): Call
  /** Converts a UUID to the letter case of this version. */
  requestId(uuid: string): string
  /** Returns the JSON of an answer. `action` is the called action, if it is known: some have their own envelope. */
  encode(result: Result<Answer>, requestId: string, action: Pick<Action, 'api' | 'requestIdFirst'> | undefined): string
  /** Returns the message of an error as `encode` writes it. */
  messageOf(error: ApiError, action: Pick<Action, 'api'> | undefined): string
}

/** Returns the service of 3.0 that has the action; undefined for an unknown action, or another version of one. */
export type ServiceOf = (action: string | undefined, version: string | undefined) => string | undefined

/** The parts of a protocol that differ between the versions of the API. */
export interface ProtocolRules extends Omit<Protocol, 'decode' | 'unreadable'> {
  readonly apiVersion: ApiVersion
  /** A common parameter, such as `Action`; undefined when it was not sent. */
  common(read: ReadRequest, name: string): string | undefined
  /** Where the common parameters are expected, for the error about a missing one. */
  commonSource(read: ReadRequest): string
  /** What the Region is called where it was sent. */
  regionName(read: ReadRequest): string
  claim(read: ReadRequest, serviceOf: ServiceOf): Claim
  /** What the journal records in addition to the parameters. */
  extraEntries(request: WireRequest): readonly Entry[]
}

/** The result of authentication. */
type AuthResult = Pick<Call, 'account' | 'secretId' | 'signature' | 'refusal' | 'diagnosis'>

const noParams: ParamTree = new Map()
const unauthenticated: AuthResult = { account: undefined, signature: 'unchecked' }

const unreadableCall = (apiVersion: ApiVersion, refusal: Failure): Call => ({
  apiVersion,
  account: undefined,
  action: undefined,
  version: undefined,
  region: undefined,
  regionName: 'Region',
  language: 'en',
  params: noParams,
  sent: [],
  paramSource: '',
  commonSource: '',
  forced: {},
  signature: 'unchecked',
  refusal,
})

/** Creates the protocol of one version. To decode is to read the parameters, authenticate, and build the call. */
export function createProtocol(
  rules: ProtocolRules,
  accounts: Accounts,
  authentication: Authentication,
  serviceOf: ServiceOf,
): Protocol {
  const { apiVersion, common, commonSource, regionName, claim, extraEntries } = rules

  const build = (read: ReadRequest, auth: AuthResult): Call => ({
    apiVersion,
    action: common(read, 'Action'),
    version: common(read, 'Version'),
    service: sentService(read.request.headers),
    region: toRegion(common(read, 'Region'), apiVersion),
    regionName: regionName(read),
    language: toLanguage(common(read, 'Language') ?? read.request.headers.get('x-tc-language')),
    params: read.params,
    sent: [...extraEntries(read.request), ...read.entries],
    paramSource: read.paramSource,
    commonSource: commonSource(read),
    forced: readForcedFaults(read),
    ...auth,
  })

  const decode = (request: WireRequest): Call => {
    const { entries, signedByHmac, paramSource } = readEntries(request)
    if (!entries.ok) return unreadableCall(apiVersion, entries)
    // HMAC signs `_` in a name as `.`, and the name is executed as it was signed
    const params = assemble(entries.value, signedByHmac ? '2017-03-12' : apiVersion)
    const read = { request, entries: entries.value, params: noParams, signedByHmac, paramSource }
    if (!params.ok) return build(read, { ...unauthenticated, refusal: params })

    const complete = { ...read, params: params.value }
    const claimed = claim(complete, serviceOf)
    const refusal = checkSecretId(claimed, accounts)
    if (refusal) return build(complete, { ...unauthenticated, refusal })

    const { secretId } = claimed
    const account = accounts.accountOf(secretId)
    const checked = authentication.check(claimed)
    if (!checked.ok) {
      const { diagnosis } = checked
      return build(complete, {
        account,
        secretId,
        signature: 'refused',
        refusal: checked,
        ...(diagnosis && { diagnosis }),
      })
    }
    return build(complete, { account, secretId, signature: checked.checked ? 'valid' : 'unchecked' })
  }

  return { ...rules, decode, unreadable: (refusal) => unreadableCall(apiVersion, refusal) }
}

/** Clients without a Region send an empty value or `null` (docs/behaviour.md#empty-regions). */
function toRegion(sent: string | undefined, apiVersion: ApiVersion): string | undefined {
  if (!sent || sent === 'null') return undefined
  return apiVersion === '2017-03-12' ? fromShortCode(sent) : sent
}

/** Names are English unless Chinese is asked for (docs/behaviour.md#regions-and-zones). */
const toLanguage = (sent: string | undefined): Language => (/^zh-CN$/i.test(sent ?? '') ? 'zh' : 'en')

const maxSecretIdLength = 256

function checkSecretId({ secretId, source }: Claim, accounts: Accounts): Failure | undefined {
  if (secretId === undefined) return undefined
  if (secretId.length > maxSecretIdLength || secretId.includes('\0')) {
    const detail = `\`SecretId\` must have at most ${maxSecretIdLength} characters and no NUL.`
    return fail('InvalidParameter', { parameter: 'SecretId', detail })
  }
  // As the name of an account it would be stored and exported (docs/behaviour.md#secrets)
  return accounts.isSecretName(secretId, source) ? secretAsSecretId : undefined
}

const secretAsSecretId = fail('AuthFailure.InvalidSecretId', {
  detail: `\`SecretId\` contains ${secretKinds}.`,
})

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
