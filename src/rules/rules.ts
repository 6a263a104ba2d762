import type { Action } from '../core/action.ts'
import { isErrorCode, requestLimitCodes } from '../core/errors.ts'
import { requestLimitText } from '../core/errors-3.0.ts'
import { InvalidInputError } from '../system/errors.ts'
import { increment } from '../system/limits.ts'
import { type ActiveRule, createMatching, type Matched, type MatchingOptions } from './matching.ts'
import {
  type Effect,
  effectOf,
  type FaultRule,
  findContradiction,
  findExcess,
  maxDelayMs,
  type RateLimit,
  rateLimitOf,
} from './rule.ts'

/** The rules that apply to one call, and what they do to it. */
export interface FaultMatch {
  /** The ids of the rules that applied. */
  readonly rules: readonly string[]
  /** Milliseconds to wait before the call is processed. */
  readonly delay: number
  /** What replaces the answer, if anything. */
  readonly effect: Effect | undefined
}

/** A rule with its id, how many calls it matched, and how many of those it applied to. */
export type FaultState = FaultRule & {
  readonly id: string
  readonly matched: number
  readonly hits: number
  /** Set when a rule is added for an action that the emulator does not have. */
  readonly warning?: string
}

/** A rule, perhaps with counters, as in an exported state. */
type CountedRule = FaultRule & { readonly matched?: number; readonly hits?: number }

/** The rules in force, in the order in which they were added. */
export interface Faults {
  list(): FaultState[]
  /** Throws InvalidInputError when the id is taken or parts of the rule contradict each other. */
  add(rule: FaultRule): FaultState
  /** Removes the rule with this id, or all rules without an id. Returns whether any rule was removed. */
  remove(id?: string): boolean
  /**
   * Matches a call against all rules, which count it. Returns undefined when none applies. `action` is the one with the
   * name in the call, if the emulator has one. Only rules that delay apply to a call that was refused earlier.
   */
  match(call: Matched, action: Action | undefined): FaultMatch | undefined
  /** Restores the starting rules of one account or of all; with `fixtures: false`, only those of the options. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** Returns a function that replaces all rules by these. Throws InvalidInputError when they are invalid. */
  prepare(rules: readonly CountedRule[]): () => void
}

interface FaultsOptions extends MatchingOptions {
  /** The rules of the options, and those of the starting state. */
  readonly builtIn: readonly FaultRule[]
  readonly atStart?: readonly CountedRule[]
}

/** Creates the list of rules. When several rules apply to a call, delays add up to at most ten minutes and the first effect wins. */
export function createFaults({ system, builtIn, atStart = [], accountOf }: FaultsOptions): Faults {
  const { applies, callsLike, delayOf } = createMatching({ system, accountOf })
  let active: ActiveRule[] = []
  const ids = { added: 0 }

  const reset: Faults['reset'] = (account, { fixtures = true } = {}) => {
    // An exported state may contain the rules of the options, too
    const startIds = new Set(atStart.map(({ id }) => id))
    const start = fixtures ? [...builtIn.filter(({ id }) => !startIds.has(id)), ...atStart] : builtIn
    if (account === undefined) {
      ids.added = 0
      active = activate(start, [], ids)
      return
    }
    const namesAccount = (rule: FaultRule) => rule.account !== undefined && accountOf(rule.account) === account
    const others = active.filter(({ rule }) => !namesAccount(rule))
    for (const { periods } of others) {
      for (const [key, period] of periods) if (period.account === account) periods.delete(key)
    }
    // A rule of another account may use the id of a starting rule; then it keeps the id
    const taken = new Set(others.map(({ rule }) => rule.id))
    const restored = start.filter((rule) => namesAccount(rule) && !(rule.id !== undefined && taken.has(rule.id)))
    active = [...others, ...activate(restored, others, ids)]
  }
  reset()

  return {
    list: () => active.map(toState),
    add(rule) {
      const [added] = activate([rule], active, ids) as [ActiveRule]
      active.push(added)
      return toState(added)
    },
    remove(id) {
      const before = active.length
      active = id === undefined ? [] : active.filter(({ rule }) => rule.id !== id)
      return active.length < before
    },
    match(call, action) {
      const rules: string[] = []
      let delay = 0
      let effect: Effect | undefined
      for (const candidate of active) {
        const ruleEffect = effectOf(candidate.rule)
        if (!applies(candidate, call, action) || (ruleEffect && effect)) continue
        candidate.hits = increment(candidate.hits)
        rules.push(candidate.rule.id)
        delay += delayOf(candidate)
        effect ??= ruleEffect && withCount(ruleEffect, rateLimitOf(candidate.rule), callsLike(candidate, call))
      }
      return rules.length > 0 ? { rules, delay: Math.min(delay, maxDelayMs), effect } : undefined
    },
    reset,
    prepare(rules) {
      const next = activate(rules, [], ids)
      return () => {
        active = next
      }
    },
  }
}

/** The message of an error about too many calls says how many there were. */
const withCount = (effect: Effect, limit: RateLimit | undefined, calls: number): Effect =>
  limit && effect.kind === 'error' && isErrorCode(effect.code) && requestLimitCodes.includes(effect.code)
    ? { message: requestLimitText(calls, limit.calls, limit.per), ...effect }
    : effect

/** The rules for `--latency` and `--rate-limit` (docs/behaviour.md#rate-limit). */
export function builtInFaults(latency: FaultRule['delay'] | undefined, { calls, per }: RateLimit): FaultRule[] {
  const limited: FaultRule =
    per === 'second'
      ? { id: 'rate-limit', perSecond: calls, error: 'InvalidRequest.RequestConcurrencyExceeded' }
      : { id: 'rate-limit', perMinute: calls, error: 'InvalidRequest.LimitExceeded' }
  return [...(latency ? [{ id: 'latency', delay: latency }] : []), ...(calls > 0 ? [limited] : [])]
}

const toState = ({ rule, matched, hits }: ActiveRule): FaultState => ({ ...rule, matched, hits })

/** Gives each rule an id if it has none. Throws InvalidInputError when two have the same id, one is invalid, or there is too much. */
function activate(rules: readonly CountedRule[], present: readonly ActiveRule[], ids: { added: number }): ActiveRule[] {
  const excess = findExcess([...present.map(({ rule }) => rule), ...rules])
  if (excess !== undefined) throw new InvalidInputError(`The faults ${excess}.`)
  const taken = new Set(present.map(({ rule }) => rule.id))
  for (const rule of rules) {
    const contradiction = findContradiction(rule)
    if (contradiction !== undefined) throw new InvalidInputError(`A fault ${contradiction}.`)
    if (rule.id === undefined) continue
    if (taken.has(rule.id)) throw new InvalidInputError(`A fault with id \`${rule.id}\` already exists.`)
    taken.add(rule.id)
  }
  return rules.map(({ matched = 0, hits = 0, ...rule }) => {
    let id = rule.id
    while (id === undefined) {
      const next = `fault-${++ids.added}`
      if (!taken.has(next)) id = next
    }
    return { rule: { ...rule, id }, matched, hits, periods: new Map() }
  })
}
