import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import { InvalidInputError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import { type ActiveRule, createMatching } from './matching.ts'
import { contradictionIn, type Effect, effectOf, type FaultRule } from './rule.ts'

/** What the rules do to one call. */
export interface FaultMatch {
  /** The ids of the rules that applied. */
  readonly rules: readonly string[]
  /** Milliseconds before anything is done. */
  readonly delay: number
  /** What is done in place of the answer, if anything. */
  readonly effect: Effect | undefined
}

/** A rule with its id, how many calls it matched, and how many of those it applied to. */
export type FaultState = FaultRule & { readonly id: string; readonly matched: number; readonly hits: number }

/** A rule that may have counted calls before. */
type CountedRule = FaultRule & { readonly matched?: number; readonly hits?: number }

/** The rules in force, in the order in which they were added. */
export interface Faults {
  list(): FaultState[]
  /** InvalidInputError when its id is taken, or its parts contradict each other. */
  add(rule: FaultRule): FaultState
  /** Removes one rule, or without an id all, and returns whether there was one. */
  remove(id?: string): boolean
  /**
   * What the rules do to a call, which they count; undefined when none applies. Without an action the call was refused
   * before one was found, and only rules that delay apply.
   */
  match(call: Call, action: Action | undefined): FaultMatch | undefined
  /** Back to the starting rules, without `fixtures` to those of the options; for one account, those that name it. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** Returns what replaces all rules by these; InvalidInputError when these cannot be in force. */
  prepare(rules: readonly CountedRule[]): () => void
}

interface FaultsOptions {
  readonly system: Pick<System, 'now' | 'random'>
  /** The rules that the options ask for, and those of the starting state. */
  readonly builtIn: readonly FaultRule[]
  readonly atStart?: readonly CountedRule[]
  /** The account that a rule names by a SecretId, or by itself. */
  accountOf(name: string): string
}

/** Every rule counts the calls that it matches. Delays add up; the first effect wins. */
export function createFaults({ system, builtIn, atStart = [], accountOf }: FaultsOptions): Faults {
  const { applies, delayOf } = createMatching({ system, accountOf })
  let active: ActiveRule[] = []
  const ids = { added: 0 }

  const reset: Faults['reset'] = (account, { fixtures = true } = {}) => {
    // An exported document may hold the rules of the options, too
    const given = new Set(atStart.map(({ id }) => id))
    const start = fixtures ? [...builtIn.filter(({ id }) => !given.has(id)), ...atStart] : builtIn
    if (account === undefined) {
      ids.added = 0
      active = activate(start, [], ids)
      return
    }
    const namesAccount = (rule: FaultRule) => rule.account !== undefined && accountOf(rule.account) === account
    const others = active.filter(({ rule }) => !namesAccount(rule))
    for (const { minutes } of others) minutes.delete(account)
    // A rule that took the id of a starting rule keeps it
    const taken = new Set(others.map(({ rule }) => rule.id))
    const again = start.filter((rule) => namesAccount(rule) && !(rule.id !== undefined && taken.has(rule.id)))
    active = [...others, ...activate(again, others, ids)]
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
      for (const one of active) {
        const own = effectOf(one.rule)
        if (!applies(one, call, action) || (own && effect)) continue
        one.hits++
        rules.push(one.rule.id)
        delay += delayOf(one)
        effect ??= own
      }
      return rules.length > 0 ? { rules, delay, effect } : undefined
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

const toState = ({ rule, matched, hits }: ActiveRule): FaultState => ({ ...rule, matched, hits })

/** Gives each rule without an id one that no other has. InvalidInputError when two have the same. */
function activate(rules: readonly CountedRule[], present: readonly ActiveRule[], ids: { added: number }): ActiveRule[] {
  const taken = new Set(present.map(({ rule }) => rule.id))
  for (const rule of rules) {
    const contradiction = contradictionIn(rule)
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
    return { rule: { ...rule, id }, matched, hits, minutes: new Map() }
  })
}
