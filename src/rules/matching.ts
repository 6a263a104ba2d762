import { type Action, isCallOf, productOf } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import { upperFirst, valueAt } from '../core/params.ts'
import { copyText } from '../system/copy-text.ts'
import { increment } from '../system/limits.ts'
import type { System } from '../system/system.ts'
import { seededBytes } from '../system/system.ts'
import { effectOf, type FaultRule, isLoginRule, type RateLimit, rateLimitOf } from './rule.ts'

/** What rules look at: a call of the API, or a login by SSH. */
export interface Matched
  extends Pick<Call, 'account' | 'action' | 'version' | 'service' | 'region' | 'params' | 'refusal'> {
  readonly apiVersion: Call['apiVersion'] | 'ssh'
}

/** A rule in force, with its counters. */
export interface ActiveRule {
  readonly rule: FaultRule & { readonly id: string }
  /** The number of calls that it matched. */
  matched: number
  /** The number of calls that it applied to. */
  hits: number
  /** The calls of the current second or minute by account and action, in the order in which they began. */
  readonly periods: Map<string, Period>
}

/** A second or a minute, which begins with the first call of an action by an account. */
interface Period {
  readonly account: string
  readonly began: number
  calls: number
}

/** So many periods are counted for a rule at once; beyond that the oldest is forgotten. */
const maxPeriods = 10_000

/** In characters. The name of an unknown action may have megabytes. */
const maxKeptName = 256

/** The key of a period. An account has no NUL. */
const periodKey = ({ account = '', action = '' }: Matched) =>
  copyText(`${account}\0${upperFirst(action.slice(0, maxKeptName))}`)

export interface MatchingOptions {
  readonly system: Pick<System, 'now' | 'random'>
  /** The account of a SecretId; any other name is the name of an account. */
  accountOf(name: string): string
}

const periodMs: Readonly<Record<RateLimit['per'], number>> = { second: 1_000, minute: 60_000 }

export function createMatching({ system, accountOf }: MatchingOptions) {
  const matches = (rule: FaultRule, call: Matched, action: Action | undefined): boolean => {
    const parameters = Object.entries(rule.parameters ?? {})
    const isRefused = call.refusal !== undefined || call.action === undefined
    if (isRefused && (effectOf(rule) || parameters.length > 0)) return false
    return (
      matchesAction(rule, call, action) &&
      (rule.account === undefined || accountOf(rule.account) === call.account) &&
      (rule.region === undefined || rule.region === call.region) &&
      parameters.every(([name, value]) => valueAt(call.params, name.split('.')) === value)
    )
  }

  /** Draws a number from 0 to 1 for the current match. With a `seed`, the id of the rule has no influence. */
  const draw = ({ rule, matched }: ActiveRule, purpose: string): number => {
    const random =
      rule.seed === undefined ? system.random(purpose, rule.id, matched) : seededBytes(rule.seed, [purpose, matched])
    return Buffer.from(random(4)).readUInt32BE() / 2 ** 32
  }

  const fires = (active: ActiveRule, call: Matched): boolean => {
    const { after = 0, next, every, probability } = active.rule
    const limit = rateLimitOf(active.rule)
    const match = active.matched - after
    if (match <= 0) return false
    if (next !== undefined) return active.hits < next
    if (every !== undefined) return match % every === 0
    if (probability !== undefined) return draw(active, 'fault') < probability
    return limit === undefined || countInPeriod(active, call, limit) > limit.calls
  }

  const countInPeriod = ({ periods }: ActiveRule, call: Matched, { per }: RateLimit): number => {
    const now = system.now().getTime()
    // A period in the future began before the clock was set back
    const isOver = ({ began }: Period) => now < began || now - began >= periodMs[per]
    for (const [key, period] of periods) {
      if (!isOver(period) && periods.size <= maxPeriods) break
      periods.delete(key)
    }
    const key = periodKey(call)
    const current = periods.get(key)
    const period = current && !isOver(current) ? current : { account: call.account ?? '', began: now, calls: 0 }
    if (period !== current) periods.delete(key)
    period.calls++
    periods.set(key, period)
    return period.calls
  }

  return {
    /**
     * Counts the call if the rule matches it, and returns whether the rule applies. `action` is the one with the name in
     * the call, if there is one. Only rules that delay, and have no `parameters`, match a call that was refused earlier.
     */
    applies(active: ActiveRule, call: Matched, action: Action | undefined): boolean {
      if (!matches(active.rule, call, action)) return false
      active.matched = increment(active.matched)
      return fires(active, call)
    },
    /** The number of calls like this one in the current period of a rule with a rate limit. */
    callsLike: ({ periods }: ActiveRule, call: Matched): number => periods.get(periodKey(call))?.calls ?? 0,
    /** The delay of the rule for the call that it matched last, in milliseconds. */
    delayOf(active: ActiveRule): number {
      const { delay = 0 } = active.rule
      if (typeof delay === 'number') return delay
      const [min, max] = delay[0] <= delay[1] ? delay : [delay[1], delay[0]]
      return min + Math.floor(draw(active, 'delay') * (max - min + 1))
    },
  }
}

/**
 * Whether action, service and version of a call are those of the rule. Without service and version, the name of an action
 * of the emulator means that action only, and any other name means it in every product (docs/behaviour.md#other-actions).
 */
function matchesAction(rule: FaultRule, call: Matched, action: Action | undefined): boolean {
  const { action: name, service, version } = rule
  if (call.apiVersion === 'ssh' || isLoginRule(rule)) return call.apiVersion === 'ssh' && isLoginRule(rule)
  if (name !== undefined && upperFirst(name) !== upperFirst(call.action ?? '')) return false
  const own = action && isCallOf(action, call as Call) ? action : undefined
  if (name !== undefined && action && !own && service === undefined && version === undefined) return false
  // Of a call to a local endpoint the product may be unknown
  const product = call.service ?? (own && productOf(own)) ?? service
  return (service === undefined || service === product) && (version === undefined || version === call.version)
}
