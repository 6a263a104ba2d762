import type { Activity } from '../activity.ts'
import type { FaultRule } from '../faults/fault-rule.ts'
import type { Faults, FaultyCall } from '../faults/faults.ts'
import type { Caller } from '../keys/key-source.ts'
import { type Action, type ActionContext, isIn } from './action.ts'
import { type ApiCall, apiVersion } from './api-call.ts'
import { type ErrorCode, type Failure, fail, ok, type Result } from './errors.ts'
import { force, pause } from './forcing.ts'
import { forcedInWordsOf, type Generation, inWordsOf } from './generation.ts'
import { upperFirst, valueAt } from './params.ts'
import { missing, readParams } from './read-params.ts'
import { arrange, type Fields, fieldsOf } from './response.ts'
import { ofGeneration, type Params } from './schema.ts'
import { afterwards, type Soon } from './soon.ts'
import { findUnknown } from './unknown-parameter.ts'

/** The fields of an answer, in the order in which they are sent, without the RequestId. */
export type Answer = Readonly<Record<string, unknown>>

/** What may be known of a request that is no call. */
interface KnownOfCall {
  readonly generation: Generation
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
}

/** What becomes of a call: its result, or what a fault does in place of the answer; `drop: 'middle'` needs both. */
export interface Outcome {
  readonly result?: Result<Answer>
  readonly instead?: FaultRule | undefined
  /** The ids of the fault rules that had a part in it. */
  readonly faults?: readonly string[]
}

export interface Dispatcher {
  /** The action of this name, its first letter in either case. */
  actionNamed(name: string): Action | undefined
  dispatch(call: ApiCall, caller: Caller): Soon<Outcome>
  /** What becomes of a request that was refused before it was a call: rules that only delay meet it too. */
  refuse(failure: Failure, known: KnownOfCall): Soon<Outcome>
}

interface DispatcherOptions {
  readonly actions: readonly Action[]
  contextFor(call: ApiCall, caller: Caller): ActionContext
  /** Whether a request may force an error or a delay. */
  readonly requestFaults: boolean
  /** Whether 3.0 refuses a parameter that the action does not have. */
  readonly refuseUnknown: boolean
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  /** Told of the delays that requests force. */
  readonly activity: Pick<Activity, 'enter' | 'leave'>
  readonly faults: Pick<Faults, 'meet' | 'delay'>
}

/**
 * Finds a call's action and runs it for the caller's account. Order of checks (design.md): Action, what the request
 * forces, Version, parameters, the action's own rules.
 */
export function createDispatcher({
  actions,
  contextFor,
  requestFaults,
  refuseUnknown,
  closing,
  activity,
  faults,
}: DispatcherOptions): Dispatcher {
  const byName = new Map(actions.map((action) => [action.name, action]))
  const forms: Readonly<Record<Generation, ReadonlyMap<Action, Form>>> = {
    v2: formsOf('v2', actions),
    v3: formsOf('v3', actions),
  }
  const namesIn = (generation: Generation) => [...forms[generation].keys()].map(({ name }) => name).join(', ')
  const known = { v2: namesIn('v2'), v3: namesIn('v3') }

  // SDKs upper-case the first letter before they send, one documented example does not (spec/common.md §2)
  const actionNamed = (name: string) => byName.get(upperFirst(name))

  const find = ({ generation, action: name, version, commonIn }: ApiCall): Action | Failure => {
    if (name === undefined) return missing('Action', commonIn)
    const action = actionNamed(name)
    if (action && forms[generation].has(action)) return action
    if (generation === 'v2' && version === undefined && olderActions.has(upperFirst(name)))
      return missingVersion(commonIn)
    return fail('InvalidAction.NotFound', { value: name, detail: `\`Action\` may be one of ${known[generation]}.` })
  }

  const run = (action: Action, call: ApiCall, caller: Caller): Soon<Result<Answer>> => {
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

  const answer = (action: Action, call: ApiCall, caller: Caller): Soon<Result<Answer>> => {
    const forced = requestFaults ? force(call.forced, closing, activity) : undefined
    const { generation } = call
    return afterwards(forced, (failure) => {
      if (failure) return forcedInWordsOf(generation, action, failure)
      return afterwards(run(action, call, caller), (answered) =>
        answered.ok ? answered : inWordsOf(generation, action, answered),
      )
    })
  }

  const refuse = (failure: Failure, { generation, account = '', action = '', region }: KnownOfCall): Soon<Outcome> => {
    const result = inWordsOf(generation, actionNamed(action), failure)
    const fate = faults.delay({ account, action, region, parameter: () => undefined })
    if (!fate) return { result }
    const passed = fate.delay > 0 ? pause(fate.delay, closing, activity) : undefined
    return afterwards(passed, () => ({ result, faults: fate.rules }))
  }

  return {
    actionNamed,
    refuse,
    dispatch(call, caller) {
      const action = find(call)
      if ('error' in action) return refuse(action, call)
      const fate = faults.meet(faultyCall(call, action))
      if (!fate) return afterwards(answer(action, call, caller), (result) => ({ result }))
      const { rules, delay, instead } = fate
      const passed = delay > 0 ? pause(delay, closing, activity) : undefined
      return afterwards(passed, () => {
        if (instead?.error) {
          const failure = asForced(instead.error, instead.message)
          return { result: forcedInWordsOf(call.generation, action, failure), faults: rules }
        }
        if (instead?.status ?? instead?.drop === 'before') return { faults: rules, instead }
        return afterwards(answer(action, call, caller), (result) => ({ result, faults: rules, instead }))
      })
    },
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

const faultyCall = ({ account, region, params }: ApiCall, { name }: Action): FaultyCall => ({
  account,
  region,
  action: name,
  parameter: (flat) => valueAt(params, flat.split('.')),
})

const asForced = (code: ErrorCode, message: string | undefined): Failure => {
  const failure = fail(code)
  return message === undefined ? failure : { ok: false, error: { code, message } }
}

/** The key-pair actions that only the lower-case generation has (spec/legacy-lowercase.md). */
const olderActions = new Set(['ModifyKeyPair', 'DeleteKeyPair', 'BindInstanceKey', 'UnBindInstanceKey'])

function refuseVersion({ version, commonIn }: ApiCall, wanted: string): Failure | undefined {
  if (version === undefined) return missingVersion(commonIn, wanted)
  if (version === wanted) return undefined
  return fail('NoSuchVersion', { parameter: 'Version', value: version, detail: selects(wanted) })
}

const selects = (version: string) => `\`Version=${version}\` selects the API emulated here.`

const missingVersion = (commonIn: string, wanted = apiVersion): Failure =>
  fail('MissingParameter', { parameter: 'Version', detail: `It was looked for in ${commonIn}; ${selects(wanted)}` })
