import type { Caller } from '../keys/key-source.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'
import { type Action, type ActionContext, isIn, keyPairVersion, serviceOf, versionOf, versions } from './action.ts'
import { arrange, type Fields, fieldsOf } from './answer.ts'
import type { Call } from './call.ts'
import { type Failure, fail, ok, type Result, shorten } from './errors.ts'
import { upperFirst } from './params.ts'
import { regionIds, regionOf } from './regions.ts'
import { type ApiVersion, ofApiVersion, type Params } from './schema.ts'
import { translateError } from './translation.ts'
import { checkUnknownParams, missingParameter, readParams } from './validation.ts'

/** The fields of a successful answer, in the order in which they are sent, without the RequestId. */
export type Answer = Readonly<Record<string, unknown>>

export interface Dispatcher {
  /** The action with the name in the call, in any version of the API. The first letter may be in either case. */
  actionOf(call: Call): Action | undefined
  /** Returns an error when the call names no action, or none that its version of the API has. */
  checkAction(call: Call): Failure | undefined
  /** Runs the action: checks the Version and the parameters, then calls the handler. */
  run(action: Action, call: Call, caller: Caller): MaybePromise<Result<Answer>>
}

interface DispatcherOptions {
  readonly actions: readonly Action[]
  contextFor(call: Call, caller: Caller): ActionContext
  /** Whether 3.0 refuses a parameter that the action does not have, and a Region that is missing or unknown. */
  readonly strict: boolean
}

/**
 * Finds the action of a call and runs it for the caller's account. Checks are made in this order: Action, Version, Region,
 * parameters, the handler's own checks.
 */
export function createDispatcher({ actions, contextFor, strict }: DispatcherOptions): Dispatcher {
  const byName = new Map(actions.map((action) => [action.name, action]))
  const shapes: Readonly<Record<ApiVersion, ReadonlyMap<Action, ActionShape>>> = {
    '2017-03-12': shapesOf('2017-03-12', actions),
    '3.0': shapesOf('3.0', actions),
  }
  const namesIn = (apiVersion: ApiVersion) => [...shapes[apiVersion].keys()].map(({ name }) => name).join(', ')

  // SDKs send the first letter in upper case; one documented example does not
  // (docs/behaviour.md#first-letter-of-the-action)
  const actionOf = ({ action = '' }: Call) => byName.get(upperFirst(action))

  const checkAction = (call: Call): Failure | undefined => {
    const { apiVersion, action: name, version, commonSource } = call
    if (name === undefined) return missingParameter('Action', commonSource)
    const action = actionOf(call)
    if (action && shapes[apiVersion].has(action)) return undefined
    if (apiVersion === '2017-03-12' && version === undefined && earlierActions.has(upperFirst(name)))
      return missingVersion(commonSource)
    const own = version === versions.tag ? 'tag' : 'cvm'
    const service = shorten(call.service ?? own)
    const detail = `Supported actions: ${namesIn(apiVersion)}.`
    return fail('InvalidAction.NotFound', { value: name, service, version: version ?? versions[own], detail })
  }

  const execute = (action: Action, call: Call, caller: Caller): MaybePromise<Result<Answer>> => {
    const shape = shapes[call.apiVersion].get(action) as ActionShape
    const versionError = action.api === 'account' ? undefined : checkVersion(call, action)
    const isStrict30 = strict && call.apiVersion === '3.0'
    const strictError = isStrict30
      ? (checkRegion(call, action) ?? checkUnknownParams(shape.params, call.params))
      : undefined
    const refusal = versionError ?? strictError
    if (refusal) return refusal
    const params = readParams(shape.params, call.params, call.paramSource)
    if (!params.ok) return params
    const differences = action.differences?.[call.apiVersion]
    return thenMaybe(action.handle(contextFor(call, caller), params.value, differences), (result) =>
      result.ok ? ok(arrange(shape.response, result.value)) : result,
    )
  }

  return {
    actionOf,
    checkAction,
    run: (action, call, caller) =>
      thenMaybe(execute(action, call, caller), (result) =>
        result.ok ? result : translateError(call.apiVersion, action, result),
      ),
  }
}

/** The parameters and the answer that an action has in one version of the API. */
interface ActionShape {
  readonly params: Params
  readonly response: Fields
}

const shapesOf = (apiVersion: ApiVersion, actions: readonly Action[]) =>
  new Map(
    actions
      .filter((action) => isIn(apiVersion, action))
      .map((action): [Action, ActionShape] => [
        action,
        { params: ofApiVersion(apiVersion, action.params), response: fieldsOf(apiVersion, action.response) },
      ]),
  )

/** Key-pair actions that only the API before 2017-03-12 has (docs/behaviour.md#calls-without-a-version). */
const earlierActions = new Set(['ModifyKeyPair', 'DeleteKeyPair', 'BindInstanceKey', 'UnBindInstanceKey'])

function checkVersion({ version, commonSource }: Call, action: Action): Failure | undefined {
  const expected = versionOf(action)
  if (version === undefined) return missingVersion(commonSource, expected)
  if (version === expected) return undefined
  const detail = useVersion(expected)
  return fail('NoSuchVersion', { parameter: 'Version', value: version, service: serviceOf(action), detail })
}

/** The gateway of 3.0 checks the Region of every action that needs one (docs/behaviour.md#checks-of-the-region). */
function checkRegion({ region, regionName, commonSource }: Call, { needsRegion }: Action): Failure | undefined {
  if (needsRegion === false) return undefined
  if (region === undefined) return missingParameter('Region', commonSource)
  if (regionOf(region)) return undefined
  if (regionIds.includes(region)) return fail('UnsupportedRegion', { detail: `\`${region}\` has no CVM.` })
  const wording = 'A value specified in `{parameter}` is not valid, is unsupported, or cannot be used.'
  const detail = `\`${shorten(region)}\` is no region; DescribeRegions lists the regions.`
  return fail('InvalidParameterValue', { parameter: regionName, wording, detail })
}

const useVersion = (version: string) => `Use \`Version=${version}\`.`

const missingVersion = (source: string, expected: string = keyPairVersion): Failure =>
  fail('MissingParameter', { parameter: 'Version', detail: `It was not found in ${source}. ${useVersion(expected)}` })
