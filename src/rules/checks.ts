import { type Action, productOf, serviceOf, versionOf } from '../core/action.ts'
import { errorTexts, isErrorCode, shorten } from '../core/errors.ts'
import { upperFirst } from '../core/params.ts'
import { nearestName, suggestion } from '../system/nearest-name.ts'
import { type FaultRule, findContradiction, loginAction } from './rule.ts'

/** What depends on the actions that the emulator has. */
export interface RuleChecks {
  /** Returns what is wrong with a rule, to follow the words "A fault"; undefined when nothing is. */
  problemOf(rule: FaultRule): string | undefined
  /** Returns a warning about a rule whose action the emulator does not have, unless the rule names another product. */
  warningOf(rule: FaultRule): string | undefined
  /** The warnings about a list of rules, each once. */
  warningsOf(rules: readonly FaultRule[]): Iterable<string>
}

export function createRuleChecks(actions: readonly Action[]): RuleChecks {
  const names = [...actions.map(({ name }) => name), loginAction]
  /** Whether a rule may match calls of an action that the emulator has. */
  const matchesOwn = ({ action, service, version }: FaultRule) =>
    actions.some(
      (own) =>
        (action === undefined || upperFirst(action) === own.name) &&
        // The account API answers at both hosts of 2017-03-12
        (service === undefined || service === productOf(own) || service === serviceOf(own)) &&
        (version === undefined || version === versionOf(own)),
    )
  const checks: RuleChecks = {
    problemOf(rule) {
      const { error } = rule
      if (error === undefined || isErrorCode(error) || !matchesOwn(rule)) return findContradiction(rule)
      return `has the undocumented code \`${shorten(error)}\`${suggestion(error, Object.keys(errorTexts))}, which is allowed only for an action that the emulator does not have`
    },
    warningOf({ action, service, version }) {
      if (action === undefined || names.includes(upperFirst(action))) return undefined
      const place = { ...(service !== undefined && { service }), ...(version !== undefined && { version }) }
      if (!matchesOwn(place)) return undefined
      const nearest = nearestName(action, names)
      const advice = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`
      return `The emulator has no action \`${shorten(action)}\`, so only rules answer its calls.${advice}`
    },
    warningsOf: (rules) => new Set(rules.flatMap((rule) => checks.warningOf(rule) ?? [])),
  }
  return checks
}
