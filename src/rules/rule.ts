import type { FromSchema } from '../system/schema-type.ts'

/** The longest delay that a rule, all rules together, or a request may ask for: ten minutes. */
export const maxDelayMs = 600_000

/** How many levels of lists and objects a rule may have, including those of its `body`. */
export const maxRuleDepth = 100

/** How many rules there may be, and how many characters of JSON in all, answers included, without ids and counters. */
const maxRules = 1_000
const maxRulesLength = 1_000_000

/** A fault rule: which calls it matches, how often it applies, and what it does to the answer. */
export interface FaultRule extends FromSchema<typeof faultSchema> {}

/** What a rule does instead of the answer. */
export type Effect =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string }
  | { readonly kind: 'answer'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'status'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'drop'; readonly when: 'before' | 'middle' }

/** How many calls a rule lets pass, and in what time. */
export interface RateLimit {
  readonly calls: number
  readonly per: 'second' | 'minute'
}

/** The rate limit of a rule, if it has one. */
export function rateLimitOf({ perSecond, perMinute }: FaultRule): RateLimit | undefined {
  if (perSecond !== undefined) return { calls: perSecond, per: 'second' }
  return perMinute === undefined ? undefined : { calls: perMinute, per: 'minute' }
}

/** The effect of a rule; undefined when it only delays. */
export function effectOf({ error, message, status, body = '', drop, answer }: FaultRule): Effect | undefined {
  if (error !== undefined) return { kind: 'error', code: error, ...(message !== undefined && { message }) }
  if (status !== undefined) return { kind: 'status', status, body }
  if (answer !== undefined) return { kind: 'answer', answer }
  return drop === undefined ? undefined : { kind: 'drop', when: drop }
}

const text = (description: string) =>
  ({ type: 'string', format: 'text', minLength: 1, maxLength: 256, description }) as const
const count = (description: string, minimum = 1) =>
  ({ type: 'integer', minimum, maximum: 1_000_000, description }) as const
const milliseconds = { type: 'integer', minimum: 0, maximum: maxDelayMs, description: 'milliseconds' } as const

const frequencies = ['next', 'every', 'probability', 'perSecond', 'perMinute'] as const
const effects = ['error', 'status', 'drop', 'answer'] as const

/** Returns how parts of a rule contradict each other, to follow the words "A fault"; undefined when they do not. */
export function findContradiction(rule: FaultRule): string | undefined {
  const given = (names: readonly (keyof FaultRule)[]) => names.filter((name) => rule[name] !== undefined)
  if (given(frequencies).length > 1) return `may have at most one of ${frequencies.join(', ')}`
  if (given(effects).length > 1) return `may have at most one of ${effects.join(', ')}`
  if (given([...effects, 'delay']).length === 0) return `must have one of ${effects.join(', ')}, or delay`
  if (rule.message !== undefined && rule.error === undefined) return 'has a `message` without `error`'
  if (rule.body !== undefined && rule.status === undefined) return 'has a `body` without `status`'
  if (rule.answer && Object.hasOwn(rule.answer, 'Error'))
    return 'has an `answer` with `Error`; use `error` and `message`'
  return undefined
}

/** Returns what is wrong with the number or size of all rules together, to follow their name; undefined when nothing is. */
export function findExcess(rules: readonly FaultRule[]): string | undefined {
  if (rules.length > maxRules) return `must be at most ${maxRules} rules`
  const bare = rules.map((rule) => ({ ...rule, id: undefined, matched: undefined, hits: undefined }))
  return JSON.stringify(bare).length > maxRulesLength
    ? `must have at most ${maxRulesLength} characters of JSON in all`
    : undefined
}

/** JSON Schema of a fault rule. */
export const faultSchema = {
  type: 'object',
  description:
    'a fault: action, service, version, account, region, parameters; after and one of next, every, probability, perSecond, perMinute; delay and one of error, status, drop, answer',
  additionalProperties: false,
  properties: {
    id: {
      type: 'string',
      pattern: '^[\\w.-]{1,64}$',
      description: '1 to 64 letters, digits, `_`, `.` or `-`; generated when it is left out',
    },
    action: text('the name of an action, also of one that the emulator does not have'),
    service: {
      type: 'string',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'the product of the action in small letters, as in its host: sts of sts.tencentcloudapi.com',
    },
    version: text('the Version of the call'),
    account: text('the name of an account'),
    region: text('a region'),
    parameters: {
      type: 'object',
      description: 'required values of parameters, by their flat names',
      additionalProperties: { type: 'string', description: 'the value that the parameter must have' },
    },
    after: count('the number of matching calls that pass before it applies', 0),
    next: count('the number of calls that it applies to'),
    every: count('it applies to every nth matching call'),
    probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'the part of the calls that it applies to, from 0 to 1',
    },
    perSecond: count('the number of calls per second, account and action that pass'),
    perMinute: count('the number of calls per minute, account and action that pass'),
    seed: text('seed for probability and delays'),
    delay: {
      ...milliseconds,
      type: ['integer', 'array'],
      description: 'milliseconds, or [min, max]',
      items: milliseconds,
      minItems: 2,
      maxItems: 2,
    },
    error: text('an error code; any code where the emulator does not have the action'),
    message: text('message that replaces the text of the error'),
    status: { enum: [429, 500, 502, 503], description: 'one of 429, 500, 502, 503' },
    body: { description: 'a text, or anything else as JSON' },
    drop: { enum: ['before', 'middle'], description: 'before the answer or in the middle of it' },
    answer: {
      type: 'object',
      description: 'the members of `Response`, without the RequestId',
      additionalProperties: { description: 'any JSON' },
    },
  },
} as const
