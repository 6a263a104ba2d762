import { upperFirst } from '../core/params.ts'
import { InvalidInputError } from '../system/errors.ts'
import { seededBytes } from '../system/seeded-bytes.ts'
import type { System } from '../system/system.ts'
import { contradiction, type FaultRule } from './rule.ts'

/** What is known of a call when faults are looked for. */
export interface MatchedCall {
  readonly account: string
  readonly action: string
  readonly region: string | undefined
  /** The value sent under a flat name. */
  parameter(name: string): string | undefined
}

/** What faults do to one call. */
export interface FaultMatch {
  /** The ids of the rules that had a part in it. */
  readonly rules: readonly string[]
  /** Milliseconds before anything is done. */
  readonly delay: number
  /** The rule that says what comes in place of the answer, if there is one. */
  readonly instead: FaultRule | undefined
}

/** A rule with its id, and how many calls it has matched and met. */
export type FaultState = FaultRule & { readonly id: string; readonly matched: number; readonly hits: number }

/** A rule that may have been in force before. */
type CountedRule = FaultRule & { readonly matched?: number; readonly hits?: number }

/** The rules in force, in the order in which they were added. */
export interface Faults {
  list(): FaultState[]
  /** RefusedInput when there is one of this id already, or its parts contradict each other. */
  add(rule: FaultRule): FaultState
  /** Whether there was such a rule; without an id all are removed. */
  remove(id?: string): boolean
  /** What happens to a call; counts it. Undefined when no rule meets it. */
  meet(call: MatchedCall): FaultMatch | undefined
  /** What the rules that only delay do to the answer to what was no call. */
  delay(call: MatchedCall): FaultMatch | undefined
  /** Back to the rules of the start, without `fixtures` to those of the options; of one account, those that name it. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** What puts these in place of all, without those that options stand for; RefusedInput when they cannot be. */
  prepare(rules: readonly CountedRule[]): () => void
}

interface Active {
  readonly rule: FaultRule & { readonly id: string }
  matched: number
  hits: number
  /** By account and action: when the minute began, and how many calls it has had. */
  readonly minutes: Map<string, { began: number; calls: number }>
}

interface FaultsOptions {
  readonly system: System
  /** The rules that options stand for, and those that a fixture gives. */
  readonly builtIn: readonly FaultRule[]
  readonly atStart?: readonly CountedRule[]
  /** The account of what a rule names: a SecretId, or the account itself. */
  accountOf(name: string): string
}

const minute = 60_000

/** Every rule counts the calls that it matches. Delays add up; of what may come in place of the answer the first comes. */
export function createFaults({ system, builtIn, atStart = [], accountOf }: FaultsOptions): Faults {
  let active: Active[] = []
  let added = 0

  const activate = ({ matched = 0, hits = 0, ...rule }: CountedRule, id: string): Active => {
    return { rule: { ...rule, id }, matched, hits, minutes: new Map() }
  }

  /** The rules with ids, those that have none with one that no other has. */
  const build = (rules: readonly CountedRule[], present: readonly Active[]): Active[] => {
    const taken = new Set(present.map(({ rule }) => rule.id))
    for (const rule of rules) {
      const wrong = contradiction(rule)
      if (wrong !== undefined) throw new InvalidInputError(`A fault ${wrong}.`)
      if (rule.id === undefined) continue
      if (taken.has(rule.id)) throw new InvalidInputError(`There is a fault \`${rule.id}\` already.`)
      taken.add(rule.id)
    }
    return rules.map((rule) => {
      let id = rule.id
      while (id === undefined) {
        const next = `fault-${++added}`
        if (!taken.has(next)) id = next
      }
      return activate(rule, id)
    })
  }

  const stateOf = ({ rule, matched, hits }: Active): FaultState => ({ ...rule, matched, hits })

  /** From 0 to 1, for the rule's present match. */
  const chance = ({ rule, matched }: Active, purpose: string): number => {
    const label = [purpose, rule.id, matched]
    const bytes = (rule.seed === undefined ? system.random(...label) : seededBytes(rule.seed, label))(4)
    return Buffer.from(bytes).readUInt32BE() / 2 ** 32
  }

  const concerns = ({ action, account, region, parameters = {} }: FaultRule, call: MatchedCall): boolean =>
    (action === undefined || upperFirst(action) === upperFirst(call.action)) &&
    (account === undefined || accountOf(account) === call.account) &&
    (region === undefined || region === call.region) &&
    Object.entries(parameters).every(([name, value]) => call.parameter(name) === value)

  const meets = (one: Active, call: MatchedCall): boolean => {
    const { after = 0, next, every, probability, perMinute } = one.rule
    const match = one.matched - after
    if (match <= 0) return false
    if (next !== undefined) return one.hits < next
    if (every !== undefined) return match % every === 0
    if (probability !== undefined) return chance(one, 'fault') < probability
    return perMinute === undefined || isBeyond(one, perMinute, call)
  }

  const isBeyond = ({ minutes }: Active, limit: number, { account, action }: MatchedCall): boolean => {
    const now = system.now().getTime()
    const key = `${action} ${account}`
    const running = minutes.get(key)
    const current = running && now >= running.began && now - running.began < minute ? running : { began: now, calls: 0 }
    current.calls++
    minutes.delete(key)
    minutes.set(key, current)
    for (const [old, { began }] of minutes) {
      if (now - began < minute) break
      minutes.delete(old)
    }
    return current.calls > limit
  }

  const delayOf = (one: Active): number => {
    const { delay = 0 } = one.rule
    if (typeof delay === 'number') return delay
    const [least, most] = delay[0] <= delay[1] ? delay : [delay[1], delay[0]]
    return least + Math.floor(chance(one, 'delay') * (most - least + 1))
  }

  const reset: Faults['reset'] = (account, { fixtures = true } = {}) => {
    // A document may have been exported with the rules of options in it
    const given = new Set(atStart.map(({ id }) => id))
    const start = fixtures ? [...builtIn.filter(({ id }) => !given.has(id)), ...atStart] : builtIn
    if (account === undefined) {
      added = 0
      active = build(start, [])
      return
    }
    const own = (rule: FaultRule) => rule.account !== undefined && accountOf(rule.account) === account
    const others = active.filter(({ rule }) => !own(rule))
    for (const { minutes } of others) {
      for (const key of minutes.keys()) if (key.endsWith(` ${account}`)) minutes.delete(key)
    }
    // Of two rules of one id that which was there first stays
    const ids = new Set(others.map(({ rule }) => rule.id))
    const again = start.filter((rule) => own(rule) && !(rule.id !== undefined && ids.has(rule.id)))
    active = [...others, ...build(again, others)]
  }
  reset()

  return {
    list: () => active.map(stateOf),
    add(rule) {
      const [one] = build([rule], active) as [Active]
      active.push(one)
      return stateOf(one)
    },
    remove(id) {
      const before = active.length
      active = id === undefined ? [] : active.filter(({ rule }) => rule.id !== id)
      return active.length < before
    },
    meet(call) {
      if (active.length === 0) return undefined
      const rules: string[] = []
      let delay = 0
      let instead: FaultRule | undefined
      for (const one of active) {
        if (!concerns(one.rule, call)) continue
        one.matched++
        const isInstead = insteadOf(one.rule) !== undefined
        if (!meets(one, call) || (isInstead && instead)) continue
        one.hits++
        rules.push(one.rule.id)
        delay += delayOf(one)
        if (isInstead) instead = one.rule
      }
      return rules.length > 0 ? { rules, delay, instead } : undefined
    },
    delay(call) {
      const rules: string[] = []
      let delay = 0
      for (const one of active) {
        if (insteadOf(one.rule) !== undefined || !concerns(one.rule, call)) continue
        one.matched++
        if (!meets(one, call)) continue
        one.hits++
        rules.push(one.rule.id)
        delay += delayOf(one)
      }
      return rules.length > 0 ? { rules, delay, instead: undefined } : undefined
    },
    reset,
    prepare(rules) {
      const next = build(rules, [])
      return () => {
        active = next
      }
    },
  }
}

const insteadOf = ({ error, status, drop }: FaultRule) => error ?? status ?? drop
