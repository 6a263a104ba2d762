import { setTimeout as wait } from 'node:timers/promises'
import { type Action, serviceOf, versionOf } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import type { Answer, Dispatcher } from '../core/dispatcher.ts'
import { type ErrorCode, type Failure, fail, isErrorCode, ok, type Result, shorten } from '../core/errors.ts'
import { translateError, translateForcedError } from '../core/translation.ts'
import type { Caller } from '../keys/key-source.ts'
import { type CredentialOf, resolveAnswer } from '../rules/references.ts'
import { type Effect, maxDelayMs } from '../rules/rule.ts'
import type { FaultMatch, Faults } from '../rules/rules.ts'
import type { Activity } from '../system/activity.ts'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'

/** The outcome of a call: a result, or an effect that replaces it. A drop in the middle of an answer has both. */
export interface Outcome {
  /** The called action, or what is known of the envelope of one that the emulator does not have. */
  readonly action: Pick<Action, 'api' | 'requestIdFirst'> | undefined
  readonly result?: Result<Answer>
  readonly effect?: Exclude<Effect, { kind: 'error' | 'answer' }> | undefined
  /** For journal and log: how to get another answer. */
  readonly hint?: string
  /** The ids of the rules that applied. */
  readonly rules: readonly string[]
}

interface RulesOptions {
  readonly dispatcher: Dispatcher
  readonly faults: Pick<Faults, 'match'>
  /** Whether a request may force an error or a delay. */
  readonly requestFaults: boolean
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
  /** The credential of a SecretId, which an answer of a rule may hand out. */
  readonly credentialOf: CredentialOf
  /** A call that is delayed does not count as active. */
  readonly activity: Pick<Activity, 'enter' | 'leave'>
}

const noRules: readonly string[] = []

/**
 * Returns the function that answers a call. It resolves the action, applies the rules, then the faults that the request
 * forces, and then runs the action (docs/behaviour.md#forced-errors-and-delays).
 */
export function applyRules(options: RulesOptions) {
  const { dispatcher, faults, requestFaults, closing, activity, credentialOf } = options
  /**
   * Rejects with `ShuttingDown` when the emulator closes, and with `CallerGone` when the client does. Keys can be
   * generated while requests only wait.
   */
  const pause = async (milliseconds: number, caller: Caller): Promise<void> => {
    const ended = new AbortController()
    const end = () => ended.abort()
    const stopListening = caller.onGone(end)
    closing.addEventListener('abort', end)
    if (closing.aborted) end()
    activity.leave()
    try {
      await wait(milliseconds, undefined, { signal: ended.signal })
    } catch {
      throw closing.aborted ? new ShuttingDown() : new CallerGone()
    } finally {
      stopListening()
      closing.removeEventListener('abort', end)
      activity.enter()
    }
  }

  const afterDelay = <T>(delay: number, caller: Caller, next: () => MaybePromise<T>): MaybePromise<T> =>
    delay > 0 ? pause(delay, caller).then(next) : next()

  /** Answers a call that is refused before its action runs. Rules that only delay apply to it, too. */
  const answerRefusal = (
    call: Call,
    action: Action | undefined,
    refusal: Failure,
    caller: Caller,
  ): MaybePromise<Outcome> => {
    const { delay, rules } = faults.match(call, action) ?? { delay: 0, rules: noRules }
    const result = translateError(call.apiVersion, action, refusal)
    return afterDelay(delay, caller, () => ({ action, result, rules }))
  }

  const run = (call: Call, action: Action, caller: Caller): MaybePromise<Result<Answer>> => {
    const forced = requestFaults ? forcedMatch(call) : undefined
    if (forced && !forced.ok) return forced
    const { delay = 0, effect } = forced?.value ?? {}
    return afterDelay(delay, caller, () =>
      effect?.kind === 'error' ? toForcedError(call, action, effect) : dispatcher.run(action, call, caller),
    )
  }

  /** Answers a call whose action only rules can answer, when none did. */
  const answerUnknown = (call: Call, action: Action | undefined, failure: Failure) => {
    const result = translateError(call.apiVersion, action, failure)
    return { action, result, ...(failure.error.code === 'InvalidAction.NotFound' && { hint: hintFor(call, action) }) }
  }

  return (call: Call, caller: Caller): MaybePromise<Outcome> => {
    const action = dispatcher.actionOf(call)
    const failure = dispatcher.checkAction(call)
    const refusal = call.refusal ?? (call.action === undefined ? failure : undefined)
    if (refusal) return answerRefusal(call, action, refusal, caller)
    const { delay, rules, effect } = faults.match(call, action) ?? { delay: 0, rules: noRules }
    return afterDelay(delay, caller, (): MaybePromise<Outcome> => {
      const forced = { action: failure ? envelopeOf(call) : action, rules }
      if (effect?.kind === 'error') return { ...forced, result: toForcedError(call, action, effect) }
      if (effect?.kind === 'answer') return { ...forced, result: ok(resolveAnswer(effect.answer, credentialOf)) }
      if (effect?.kind === 'status' || effect?.when === 'before') return { ...forced, effect }
      if (failure || !action)
        return { ...answerUnknown(call, action, failure ?? fail('InvalidAction.NotFound')), effect, rules }
      return thenMaybe(run(call, action, caller), (result) => ({ action, result, effect, rules }))
    })
  }
}

/**
 * Returns the delay and the effect that a request forces for itself (docs/behaviour.md#forced-errors-and-delays), or
 * InvalidParameter, naming the header or parameter, when its value is invalid.
 */
function forcedMatch({ forced: { error, delay } }: Call): Result<Omit<FaultMatch, 'rules'>> {
  if (error && !isErrorCode(error.value)) {
    const detail = `\`${error.source}\` must be a documented error code, not \`${shorten(error.value)}\`.`
    return fail('InvalidParameter', { parameter: error.source, detail })
  }
  if (delay && !(/^\d{1,6}$/.test(delay.value) && Number(delay.value) <= maxDelayMs)) {
    const detail = `\`${delay.source}\` must be an integer of milliseconds from 0 to ${maxDelayMs}.`
    return fail('InvalidParameter', { parameter: delay.source, detail })
  }
  const code = error && isErrorCode(error.value) ? error.value : undefined
  return ok({ delay: Number(delay?.value ?? 0), effect: code && { kind: 'error', code } })
}

/** The envelope of an action that the emulator does not have: only that of the account API can be told by its host. */
const envelopeOf = ({ service }: Call): Outcome['action'] => (service === 'account' ? { api: 'account' } : undefined)

/** Says how to answer calls of an action that the emulator does not have. */
function hintFor({ action: name = '', version }: Call, action: Action | undefined): string {
  // Without its version, the rule would mean the action that the emulator has
  const members = { action: shorten(name), ...(action && version !== undefined && { version: shorten(version) }) }
  return `How to answer such a call: POST /_emulator/faults ${JSON.stringify(members).slice(0, -1)},"answer":{…}}`
}

const noMessage = 'An error has occurred.'

function toForcedError(call: Call, action: Action | undefined, { code, message }: Effect & { kind: 'error' }): Failure {
  // Only a rule for an action that the emulator does not have may have such a code
  if (!isErrorCode(code)) return { ok: false, error: { code: code as ErrorCode, message: message ?? noMessage } }
  const service = action ? serviceOf(action) : (call.service ?? 'cvm')
  const version = action ? versionOf(action) : (call.version ?? '')
  const value = { InvalidAction: action?.name ?? call.action, NoSuchVersion: version }[code as string]
  const context = { service, version, ...(value !== undefined && { value }) }
  const failure: Failure = message === undefined ? fail(code, context) : { ok: false, error: { code, message } }
  return translateForcedError(call.apiVersion, failure)
}
