import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import { upperFirst, valueAt } from '../core/params.ts'
import { increment } from '../system/limits.ts'
import type { System } from '../system/system.ts'
import { seededBytes } from '../system/system.ts'
import { effectOf, type FaultRule, type RateLimit, rateLimitOf } from './rule.ts'

/** A rule in force, with its counters. */
export interface ActiveRule {
  readonly rule: FaultRule & { readonly id: string }
  /** The number of calls that it matched. */
  matched: number
  /** The number of calls that it applied to. */
  hits: number
  /** The calls of the current second or minute, by account and then by action. */
  readonly periods: Map<string, Map<string, Period>>
}

/** A second or a minute, which begins with the first call. */
interface Period {
  readonly began: number
  calls: number
}

export interface MatchingOptions {
  readonly system: Pick<System, 'now' | 'random'>
  /** The account of a SecretId; any other name is the name of an account. */
  accountOf(name: string): string
}

const periodMs: Readonly<Record<RateLimit['per'], number>> = { second: 1_000, minute: 60_000 }

export function createMatching({ system, accountOf }: MatchingOptions) {
  const matches = (rule: FaultRule, call: Call, action: Action | undefined): boolean => {
    const parameters = Object.entries(rule.parameters ?? {})
    if (!action && (effectOf(rule) || parameters.length > 0)) return false
    return (
      (rule.action === undefined || upperFirst(rule.action) === upperFirst(call.action ?? '')) &&
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

  const fires = (active: ActiveRule, call: Call): boolean => {
    const { after = 0, next, every, probability } = active.rule
    const limit = rateLimitOf(active.rule)
    const match = active.matched - after
    if (match <= 0) return false
    if (next !== undefined) return active.hits < next
    if (every !== undefined) return match % every === 0
    if (probability !== undefined) return draw(active, 'fault') < probability
    return limit === undefined || countInPeriod(active, call, limit) > limit.calls
  }

  const countInPeriod = ({ periods }: ActiveRule, call: Call, { per }: RateLimit): number => {
    const now = system.now().getTime()
    removeExpired(periods, now, periodMs[per])
    const byAction = periods.get(call.account ?? '') ?? new Map<string, Period>()
    const name = upperFirst(call.action ?? '')
    const period = byAction.get(name) ?? { began: now, calls: 0 }
    period.calls++
    periods.set(call.account ?? '', byAction.set(name, period))
    return period.calls
  }

  return {
    /**
     * Counts the call if the rule matches it, and returns whether the rule applies. `action` is undefined for a call
     * that was refused before its action was resolved. Only rules that delay, and have no `parameters`, match such a call.
     */
    applies(active: ActiveRule, call: Call, action: Action | undefined): boolean {
      if (!matches(active.rule, call, action)) return false
      active.matched = increment(active.matched)
      return fires(active, call)
    },
    /** The number of calls like this one in the current period of a rule with a rate limit. */
    callsLike: ({ periods }: ActiveRule, { account = '', action = '' }: Call): number =>
      periods.get(account)?.get(upperFirst(action))?.calls ?? 0,
    /** The delay of the rule for the call that it matched last, in milliseconds. */
    delayOf(active: ActiveRule): number {
      const { delay = 0 } = active.rule
      if (typeof delay === 'number') return delay
      const [min, max] = delay[0] <= delay[1] ? delay : [delay[1], delay[0]]
      return min + Math.floor(draw(active, 'delay') * (max - min + 1))
    },
  }
}

/** Removes periods that have passed, and those that begin in the future because the clock was set back. */
function removeExpired(periods: ActiveRule['periods'], now: number, length: number): void {
  for (const [account, byAction] of periods) {
    for (const [action, { began }] of byAction) {
      if (now < began || now - began >= length) byAction.delete(action)
    }
    if (byAction.size === 0) periods.delete(account)
  }
}
