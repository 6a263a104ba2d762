import { type ErrorCode, errorTexts } from '../core/errors.ts'
import { maxDelayMs } from './delay.ts'

/** A fault as it is described: which calls it meets, how often, and what it does to them. */
export interface FaultRule {
  /** Given when left out. */
  readonly id?: string
  readonly action?: string
  readonly account?: string
  readonly region?: string
  /** Values of parameters by their flat names, such as `KeyName` or `KeyIds.0`. */
  readonly parameters?: Readonly<Record<string, string>>

  /** So many of the calls that match are let through first. */
  readonly after?: number
  /** Of how often at most one is given; without any it is every call. */
  readonly next?: number
  readonly every?: number
  readonly probability?: number
  /** Every call of an account to an action beyond so many within a minute. */
  readonly perMinute?: number
  /** What probability and a range of delays follow from; without it they are left to chance. */
  readonly seed?: string

  /** Milliseconds, or a range of them. */
  readonly delay?: number | readonly [least: number, most: number]
  /** Of these at most one is given. */
  readonly error?: ErrorCode
  readonly status?: 429 | 500 | 502 | 503
  readonly drop?: 'before' | 'middle'
  /** With `error`, in place of its text. */
  readonly message?: string
  /** With `status`: a text, or anything else as JSON. */
  readonly body?: unknown
}

const text = (description: string) => ({ type: 'string', minLength: 1, maxLength: 256, description }) as const
const count = (description: string) => ({ type: 'integer', minimum: 1, maximum: 1_000_000, description }) as const
const milliseconds = { type: 'integer', minimum: 0, maximum: maxDelayMs, description: 'milliseconds' } as const

const often = ['next', 'every', 'probability', 'perMinute'] as const
const instead = ['error', 'status', 'drop'] as const

/** What is wrong with a rule whose parts are right each by itself; undefined when nothing is. */
export function contradiction(rule: FaultRule): string | undefined {
  const given = (names: readonly (keyof FaultRule)[]) => names.filter((name) => rule[name] !== undefined)
  if (given(often).length > 1) return `may have one of ${often.join(', ')} at most`
  if (given(instead).length > 1) return `may have one of ${instead.join(', ')} at most`
  if (given([...instead, 'delay']).length === 0) return `must have one of ${instead.join(', ')}, or delay`
  if (rule.message !== undefined && rule.error === undefined) return 'has a `message` without `error`'
  if (rule.body !== undefined && rule.status === undefined) return 'has a `body` without `status`'
  return undefined
}

/** JSON Schema of a fault rule. */
export const faultSchema = {
  type: 'object',
  description:
    'a fault: action, account, region, parameters; after and one of next, every, probability, perMinute; delay and one of error, status, drop',
  additionalProperties: false,
  properties: {
    id: { type: 'string', pattern: '^[\\w.-]{1,64}$', description: '1 to 64 letters, digits, `_`, `.` or `-`' },
    action: text('the name of an action'),
    account: text('the name of an account'),
    region: text('a region'),
    parameters: {
      type: 'object',
      description: 'values of parameters by their flat names',
      additionalProperties: { type: 'string', description: 'the value that the parameter must have' },
    },
    after: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'how many are let through first' },
    next: count('how many of the next calls it meets'),
    every: count('every which call it meets'),
    probability: { type: 'number', minimum: 0, maximum: 1, description: 'from 0 to 1' },
    perMinute: count('how many calls of an account to an action pass within a minute'),
    seed: text('what probability and delays follow from'),
    delay: {
      ...milliseconds,
      type: ['integer', 'array'],
      description: 'milliseconds, or [least, most] of them',
      items: milliseconds,
      minItems: 2,
      maxItems: 2,
    },
    error: { type: 'string', enum: Object.keys(errorTexts), description: 'a documented error code' },
    message: text('a message in place of the text of the error'),
    status: { enum: [429, 500, 502, 503], description: 'one of 429, 500, 502, 503' },
    body: { description: 'a text, or anything else as JSON' },
    drop: { enum: ['before', 'middle'], description: 'before the answer or in the middle of it' },
  },
} as const
