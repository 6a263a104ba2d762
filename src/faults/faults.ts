import { upperFirst } from '../core/params.js'
import { RefusedInput } from '../operator-error.js'
import { seededBytes } from '../seeded-bytes.js'
import type { System } from '../system.js'
import { contradiction, type FaultRule } from './fault-rule.js'

/** What is known of a call when faults are looked for. */
export interface FaultyCall {
  readonly account: string
  readonly action: string
  readonly region: string | undefined
  /** The value sent under a flat name. */
  parameter(name: string): string | undefined
}

/** What faults do to one call. */
export interface Fate {
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
  meet(call: FaultyCall): Fate | undefined
  /** Back to the rules of the start; of one account, those that name it. */
  reset(account?: string): void
  /** Puts these in place of all. */
  load(rules: readonly CountedRule[]): void
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
  readonly atStart: readonly CountedRule[]
  /** The account of what a rule names: a SecretId, or the account itself. */
  accountOf(name: string): string
}

const minute = 60_000

/** Every rule counts the calls that it matches. Delays add up; of what may come in place of the answer the first comes. */
export function createFaults({ system, atStart, accountOf }: FaultsOptions): Faults {
  let active: Active[] = []
  let added = 0

  const add = (rule: FaultRule, matched = 0, hits = 0): Active => {
    const wrong = contradiction(rule)
    if (wrong !== undefined) throw new RefusedInput(`A fault ${wrong}.`)
    if (rule.id !== undefined && active.some((one) => one.rule.id === rule.id)) {
      throw new RefusedInput(`There is a fault \`${rule.id}\` already.`)
    }
    let id = rule.id
    while (id === undefined || (rule.id === undefined && active.some((one) => one.rule.id === id)))
      id = `fault-${++added}`
    const account = rule.account === undefined ? {} : { account: accountOf(rule.account) }
    const one = { rule: { ...rule, ...account, id }, matched, hits, minutes: new Map() }
    active.push(one)
    return one
  }
  const stateOf = ({ rule, matched, hits }: Active): FaultState => ({ ...rule, matched, hits })

  /** From 0 to 1, for the rule's present match. */
  const chance = ({ rule, matched }: Active, purpose: string): number => {
    const label = [purpose, rule.id, matched]
    const bytes = (rule.seed === undefined ? system.random(...label) : seededBytes(rule.seed, label))(4)
    return Buffer.from(bytes).readUInt32BE() / 2 ** 32
  }

  const meets = (one: Active, call: FaultyCall): boolean => {
    const { after = 0, next, every, probability, perMinute } = one.rule
    const match = one.matched - after
    if (match <= 0) return false
    if (next !== undefined) return match <= next
    if (every !== undefined) return match % every === 0
    if (probability !== undefined) return chance(one, 'fault') < probability
    return perMinute === undefined || isBeyond(one, perMinute, call)
  }

  const isBeyond = ({ minutes }: Active, limit: number, { account, action }: FaultyCall): boolean => {
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

  const load = (rules: readonly CountedRule[]) => {
    for (const { matched, hits, ...rule } of rules) add(rule, matched, hits)
  }

  const reset = (account?: string) => {
    if (account !== undefined) {
      const own = (rule: FaultRule) => rule.account !== undefined && accountOf(rule.account) === account
      active = active.filter(({ rule }) => !own(rule))
      for (const { minutes } of active) {
        for (const key of minutes.keys()) if (key.endsWith(` ${account}`)) minutes.delete(key)
      }
      load(atStart.filter(own))
      return
    }
    active = []
    added = 0
    load(atStart)
  }
  reset()

  return {
    list: () => active.map(stateOf),
    add: (rule) => stateOf(add(rule)),
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
        const { error, status, drop } = one.rule
        const isInstead = (error ?? status ?? drop) !== undefined
        if (!meets(one, call) || (isInstead && instead)) continue
        one.hits++
        rules.push(one.rule.id)
        delay += delayOf(one)
        if (isInstead) instead = one.rule
      }
      return rules.length > 0 ? { rules, delay, instead } : undefined
    },
    reset,
    load(rules) {
      active = []
      load(rules)
    },
  }
}

const concerns = ({ action, account, region, parameters = {} }: FaultRule, call: FaultyCall): boolean =>
  (action === undefined || upperFirst(action) === upperFirst(call.action)) &&
  (account === undefined || account === call.account) &&
  (region === undefined || region === call.region) &&
  Object.entries(parameters).every(([name, value]) => call.parameter(name) === value)
