import type { Action } from '../core/action.ts'
import type { ApiVersion } from '../core/api-version.ts'
import type { Call } from '../core/call.ts'
import type { Answer, Dispatcher } from '../core/dispatcher.ts'
import { type ErrorCode, type Failure, fail, type Result } from '../core/errors.ts'
import { valueAt } from '../core/params.ts'
import { translateError, translateForcedError } from '../core/translation.ts'
import type { Caller } from '../keys/key-source.ts'
import { pause } from '../rules/delay.ts'
import { force } from '../rules/forcing.ts'
import type { FaultRule } from '../rules/rule.ts'
import type { Faults, MatchedCall } from '../rules/rules.ts'
import type { Activity } from '../system/activity.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'

/** What may be known of a request that is no call. */
interface KnownOfCall {
  readonly apiVersion: ApiVersion
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
}

/** What becomes of a call: its result, or what a rule does in place of the answer; `drop: 'middle'` needs both. */
export interface Outcome {
  readonly result?: Result<Answer>
  readonly instead?: FaultRule | undefined
  /** The ids of the rules that matched. */
  readonly faults?: readonly string[]
}

/** The dispatcher with the rules around it. */
export interface RuledDispatcher {
  actionNamed(name: string): Action | undefined
  dispatch(call: Call, caller: Caller): MaybePromise<Outcome>
  /** What becomes of a request that was refused before it was a call: rules that only delay apply to it too. */
  refuse(failure: Failure, known: KnownOfCall): MaybePromise<Outcome>
}

interface RulesOptions {
  readonly dispatcher: Dispatcher
  readonly faults: Pick<Faults, 'meet' | 'delay'>
  /** Whether a request may force an error or a delay. */
  readonly requestFaults: boolean
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  /** Told of the delays. */
  readonly activity: Pick<Activity, 'enter' | 'leave'>
}

/** Applies the rules around the dispatch. Order: the action is found, the rules, what the request itself forces, the action. */
export function applyRules({ dispatcher, faults, requestFaults, closing, activity }: RulesOptions): RuledDispatcher {
  const { actionNamed, find, run } = dispatcher

  const answer = (action: Action, call: Call, caller: Caller): MaybePromise<Result<Answer>> => {
    const forced = requestFaults ? force(call.forced, closing, activity) : undefined
    return thenMaybe(forced, (failure) =>
      failure ? translateForcedError(call.apiVersion, action, failure) : run(action, call, caller),
    )
  }

  const refuse = (
    failure: Failure,
    { apiVersion, account = '', action = '', region }: KnownOfCall,
  ): MaybePromise<Outcome> => {
    const result = translateError(apiVersion, actionNamed(action), failure)
    const fate = faults.delay({ account, action, region, parameter: () => undefined })
    if (!fate) return { result }
    const passed = fate.delay > 0 ? pause(fate.delay, closing, activity) : undefined
    return thenMaybe(passed, () => ({ result, faults: fate.rules }))
  }

  return {
    actionNamed,
    refuse,
    dispatch(call, caller) {
      const action = find(call)
      if ('error' in action) return refuse(action, call)
      const fate = faults.meet(faultyCall(call, action))
      if (!fate) return thenMaybe(answer(action, call, caller), (result) => ({ result }))
      const { rules, delay, instead } = fate
      const passed = delay > 0 ? pause(delay, closing, activity) : undefined
      return thenMaybe(passed, () => {
        if (instead?.error) {
          const failure = asForced(instead.error, instead.message)
          return { result: translateForcedError(call.apiVersion, action, failure), faults: rules }
        }
        if (instead?.status ?? instead?.drop === 'before') return { faults: rules, instead }
        return thenMaybe(answer(action, call, caller), (result) => ({ result, faults: rules, instead }))
      })
    },
  }
}

const faultyCall = ({ account, region, params }: Call, { name }: Action): MatchedCall => ({
  account,
  region,
  action: name,
  parameter: (flat) => valueAt(params, flat.split('.')),
})

const asForced = (code: ErrorCode, message: string | undefined): Failure => {
  const failure = fail(code)
  return message === undefined ? failure : { ok: false, error: { code, message } }
}
