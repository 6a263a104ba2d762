import type { Caller } from '../keys/key-source.ts'
import { afterwards, type Soon } from '../system/maybe-promise.ts'
import { type Action, type ActionContext, isIn } from './action.ts'
import { arrange, type Fields, fieldsOf } from './answer.ts'
import { apiVersion, type Generation } from './api-version.ts'
import type { ApiCall } from './call.ts'
import { type Failure, fail, ok, type Result } from './errors.ts'
import { upperFirst } from './params.ts'
import { ofGeneration, type Params } from './schema.ts'
import { inWordsOf } from './translation.ts'
import { findUnknown } from './unknown-parameter.ts'
import { missing, readParams } from './validation.ts'

/** The fields of an answer, in the order in which they are sent, without the RequestId. */
export type Answer = Readonly<Record<string, unknown>>

export interface Dispatcher {
  /** The action of this name, its first letter in either case. */
  actionNamed(name: string): Action | undefined
  /** The action that a call names, or why there is none. */
  find(call: ApiCall): Action | Failure
  /** Runs it: the Version, the parameters, then the action's own rules. */
  run(action: Action, call: ApiCall, caller: Caller): Soon<Result<Answer>>
}

interface DispatcherOptions {
  readonly actions: readonly Action[]
  contextFor(call: ApiCall, caller: Caller): ActionContext
  /** Whether 3.0 refuses a parameter that the action does not have. */
  readonly refuseUnknown: boolean
}

/**
 * Finds a call's action and runs it for the caller's account. The order of checks: Action, Version, parameters, the
 * action's own rules.
 */
export function createDispatcher({ actions, contextFor, refuseUnknown }: DispatcherOptions): Dispatcher {
  const byName = new Map(actions.map((action) => [action.name, action]))
  const forms: Readonly<Record<Generation, ReadonlyMap<Action, Form>>> = {
    v2: formsOf('v2', actions),
    v3: formsOf('v3', actions),
  }
  const namesIn = (generation: Generation) => [...forms[generation].keys()].map(({ name }) => name).join(', ')
  const known = { v2: namesIn('v2'), v3: namesIn('v3') }

  // SDKs send the first letter in upper case; one documented example does not
  // (docs/behaviour.md#first-letter-of-the-action)
  const actionNamed = (name: string) => byName.get(upperFirst(name))

  const find = ({ generation, action: name, version, commonIn }: ApiCall): Action | Failure => {
    if (name === undefined) return missing('Action', commonIn)
    const action = actionNamed(name)
    if (action && forms[generation].has(action)) return action
    if (generation === 'v2' && version === undefined && olderActions.has(upperFirst(name)))
      return missingVersion(commonIn)
    return fail('InvalidAction.NotFound', { value: name, detail: `\`Action\` may be one of ${known[generation]}.` })
  }

  const execute = (action: Action, call: ApiCall, caller: Caller): Soon<Result<Answer>> => {
    const form = forms[call.generation].get(action) as Form
    const refusal = action.api === 'account' ? undefined : refuseVersion(call, action.version ?? apiVersion)
    const unknown = refuseUnknown && call.generation === 'v3' ? findUnknown(form.params, call.params) : undefined
    const mistake = refusal ?? unknown
    if (mistake) return mistake
    const params = readParams(form.params, call.params, call.lookedIn)
    if (!params.ok) return params
    const rules = action.rules?.[call.generation]
    return afterwards(action.handle(contextFor(call, caller), params.value, rules), (result) =>
      result.ok ? ok(arrange(form.response, result.value)) : result,
    )
  }

  return {
    actionNamed,
    find,
    run: (action, call, caller) =>
      afterwards(execute(action, call, caller), (result) =>
        result.ok ? result : inWordsOf(call.generation, action, result),
      ),
  }
}

/** What a generation has of an action. */
interface Form {
  readonly params: Params
  readonly response: Fields
}

const formsOf = (generation: Generation, actions: readonly Action[]) =>
  new Map(
    actions
      .filter((action) => isIn(generation, action))
      .map((action): [Action, Form] => [
        action,
        { params: ofGeneration(generation, action.params), response: fieldsOf(generation, action.response) },
      ]),
  )

/** Key-pair actions that only the API before 2017-03-12 has (docs/behaviour.md#calls-without-a-version). */
const olderActions = new Set(['ModifyKeyPair', 'DeleteKeyPair', 'BindInstanceKey', 'UnBindInstanceKey'])

function refuseVersion({ version, commonIn }: ApiCall, wanted: string): Failure | undefined {
  if (version === undefined) return missingVersion(commonIn, wanted)
  if (version === wanted) return undefined
  return fail('NoSuchVersion', { parameter: 'Version', value: version, detail: selects(wanted) })
}

const selects = (version: string) => `\`Version=${version}\` selects the API emulated here.`

const missingVersion = (commonIn: string, wanted = apiVersion): Failure =>
  fail('MissingParameter', { parameter: 'Version', detail: `It was looked for in ${commonIn}; ${selects(wanted)}` })
