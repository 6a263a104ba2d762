import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import { upperFirst, valueAt } from '../core/params.ts'
import type { System } from '../system/system.ts'
import { seededBytes } from '../system/system.ts'
import { effectOf, type FaultRule } from './rule.ts'

/** A rule in force, with its counters. */
export interface ActiveRule {
  readonly rule: FaultRule & { readonly id: string }
  /** The number of calls that it matched. */
  matched: number
  /** The number of calls that it applied to. */
  hits: number
  /** The calls of the current minute, by account and then by action. */
  readonly minutes: Map<string, Map<string, Minute>>
}

interface Minute {
  readonly began: number
  calls: number
}

export interface MatchingOptions {
  readonly system: Pick<System, 'now' | 'random'>
  /** The account of a SecretId; any other name is the name of an account. */
  accountOf(name: string): string
}

const minuteMs = 60_000

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
    const { after = 0, next, every, probability, perMinute } = active.rule
    const match = active.matched - after
    if (match <= 0) return false
    if (next !== undefined) return active.hits < next
    if (every !== undefined) return match % every === 0
    if (probability !== undefined) return draw(active, 'fault') < probability
    return perMinute === undefined || countInMinute(active, call) > perMinute
  }

  const countInMinute = ({ minutes }: ActiveRule, { account = '', action = '' }: Call): number => {
    const now = system.now().getTime()
    removeExpired(minutes, now)
    const byAction = minutes.get(account) ?? new Map<string, Minute>()
    const name = upperFirst(action)
    const minute = byAction.get(name) ?? { began: now, calls: 0 }
    minute.calls++
    minutes.set(account, byAction.set(name, minute))
    return minute.calls
  }

  return {
    /**
     * Counts the call if the rule matches it, and returns whether the rule applies. `action` is undefined for a call
     * that was refused before its action was resolved. Only rules that delay, and have no `parameters`, match such a call.
     */
    applies(active: ActiveRule, call: Call, action: Action | undefined): boolean {
      if (!matches(active.rule, call, action)) return false
      active.matched++
      return fires(active, call)
    },
    /** The delay of the rule for the call that it matched last, in milliseconds. */
    delayOf(active: ActiveRule): number {
      const { delay = 0 } = active.rule
      if (typeof delay === 'number') return delay
      const [min, max] = delay[0] <= delay[1] ? delay : [delay[1], delay[0]]
      return min + Math.floor(draw(active, 'delay') * (max - min + 1))
    },
  }
}

/** Removes minutes that have passed, and those that begin in the future because the clock was set back. */
function removeExpired(minutes: ActiveRule['minutes'], now: number): void {
  for (const [account, byAction] of minutes) {
    for (const [action, { began }] of byAction) {
      if (now < began || now - began >= minuteMs) byAction.delete(action)
    }
    if (byAction.size === 0) minutes.delete(account)
  }
}
