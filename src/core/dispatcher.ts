import type { Caller } from '../keys/key-source.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'
import { type Action, type ActionContext, isIn } from './action.ts'
import { arrange, type Fields, fieldsOf } from './answer.ts'
import { type ApiVersion, keyPairVersion } from './api-version.ts'
import type { Call } from './call.ts'
import { type Failure, fail, ok, type Result } from './errors.ts'
import { upperFirst } from './params.ts'
import { ofApiVersion, type Params } from './schema.ts'
import { translateError } from './translation.ts'
import { findUnknown } from './unknown-parameter.ts'
import { missing, readParams } from './validation.ts'

/** The fields of an answer, in the order in which they are sent, without the RequestId. */
export type Answer = Readonly<Record<string, unknown>>

export interface Dispatcher {
  /** The action of this name, its first letter in either case. */
  actionNamed(name: string): Action | undefined
  /** The action that a call names, or why there is none. */
  find(call: Call): Action | Failure
  /** Runs it: the Version, the parameters, then the action's own rules. */
  run(action: Action, call: Call, caller: Caller): MaybePromise<Result<Answer>>
}

interface DispatcherOptions {
  readonly actions: readonly Action[]
  contextFor(call: Call, caller: Caller): ActionContext
  /** Whether 3.0 refuses a parameter that the action does not have. */
  readonly assertKnownOptions: boolean
}

/**
 * Finds a call's action and runs it for the caller's account. The order of checks: Action, Version, parameters, the
 * action's own rules.
 */
export function createDispatcher({ actions, contextFor, assertKnownOptions }: DispatcherOptions): Dispatcher {
  const byName = new Map(actions.map((action) => [action.name, action]))
  const forms: Readonly<Record<ApiVersion, ReadonlyMap<Action, Form>>> = {
    '2017-03-12': formsOf('2017-03-12', actions),
    '3.0': formsOf('3.0', actions),
  }
  const namesIn = (apiVersion: ApiVersion) => [...forms[apiVersion].keys()].map(({ name }) => name).join(', ')
  const known = { '2017-03-12': namesIn('2017-03-12'), '3.0': namesIn('3.0') }

  // SDKs send the first letter in upper case; one documented example does not
  // (docs/behaviour.md#first-letter-of-the-action)
  const actionNamed = (name: string) => byName.get(upperFirst(name))

  const find = ({ apiVersion, action: name, version, commonSource }: Call): Action | Failure => {
    if (name === undefined) return missing('Action', commonSource)
    const action = actionNamed(name)
    if (action && forms[apiVersion].has(action)) return action
    if (apiVersion === '2017-03-12' && version === undefined && olderActions.has(upperFirst(name)))
      return missingVersion(commonSource)
    return fail('InvalidAction.NotFound', { value: name, detail: `\`Action\` may be one of ${known[apiVersion]}.` })
  }

  const execute = (action: Action, call: Call, caller: Caller): MaybePromise<Result<Answer>> => {
    const form = forms[call.apiVersion].get(action) as Form
    const refusal = action.api === 'account' ? undefined : checkVersion(call, action.version ?? keyPairVersion)
    const unknown = assertKnownOptions && call.apiVersion === '3.0' ? findUnknown(form.params, call.params) : undefined
    const mistake = refusal ?? unknown
    if (mistake) return mistake
    const params = readParams(form.params, call.params, call.paramSource)
    if (!params.ok) return params
    const rules = action.rules?.[call.apiVersion]
    return thenMaybe(action.handle(contextFor(call, caller), params.value, rules), (result) =>
      result.ok ? ok(arrange(form.response, result.value)) : result,
    )
  }

  return {
    actionNamed,
    find,
    run: (action, call, caller) =>
      thenMaybe(execute(action, call, caller), (result) =>
        result.ok ? result : translateError(call.apiVersion, action, result),
      ),
  }
}

/** What a generation has of an action. */
interface Form {
  readonly params: Params
  readonly response: Fields
}

const formsOf = (apiVersion: ApiVersion, actions: readonly Action[]) =>
  new Map(
    actions
      .filter((action) => isIn(apiVersion, action))
      .map((action): [Action, Form] => [
        action,
        { params: ofApiVersion(apiVersion, action.params), response: fieldsOf(apiVersion, action.response) },
      ]),
  )

/** Key-pair actions that only the API before 2017-03-12 has (docs/behaviour.md#calls-without-a-version). */
const olderActions = new Set(['ModifyKeyPair', 'DeleteKeyPair', 'BindInstanceKey', 'UnBindInstanceKey'])

function checkVersion({ version, commonSource }: Call, wanted: string): Failure | undefined {
  if (version === undefined) return missingVersion(commonSource, wanted)
  if (version === wanted) return undefined
  return fail('NoSuchVersion', { parameter: 'Version', value: version, detail: selects(wanted) })
}

const selects = (version: string) => `\`Version=${version}\` selects the API emulated here.`

const missingVersion = (commonSource: string, wanted = keyPairVersion): Failure =>
  fail('MissingParameter', { parameter: 'Version', detail: `It was looked for in ${commonSource}; ${selects(wanted)}` })
