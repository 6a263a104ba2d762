import type { ErrorObject } from 'ajv'
import { suggestion } from '../system/nearest-name.ts'
import { formatRules } from './formats.ts'

/** The keywords of our JSON Schemas that say which values are valid. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly properties?: object
  readonly additionalProperties?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly [limit: `${'min' | 'max'}${string}`]: number | undefined
}

interface ProblemOptions {
  /** Whether the message may say what the value is. */
  readonly showsValue: boolean
  /** What the members of an object are called. */
  readonly member?: string
}

/** What is wrong with a value, as a sentence to follow its path. Requires ajv's option `verbose`. */
export function problemOf(error: ErrorObject, { showsValue, member = 'member' }: ProblemOptions): string {
  const { keyword, params, data, instancePath } = error
  const schema: Schema = error.parentSchema ?? {}
  if (keyword === 'required' || keyword === 'additionalProperties') {
    const names = Object.keys(schema.properties ?? {})
    const unknown = schema.additionalProperties === false && Object.keys(data as object).find((n) => !names.includes(n))
    // A wrong name explains why the right one is missing
    if (typeof unknown !== 'string') return `must have the ${member} \`${params.missingProperty}\`.`
    const valid = names.length > 0 ? `valid ${member}s: ${names.join(', ')}` : `no ${member} is valid here`
    return `has an unknown ${member} \`${unknown}\`${suggestion(unknown, names)}; ${valid}.`
  }
  const nearest = keyword === 'enum' && typeof data === 'string' ? suggestion(data, schema.enum as string[]) : ''
  const { format = '', description } = schema
  const rule = keyword === 'format' ? formatRules[format] : undefined
  const expected = rule ?? `must ${keyword === 'pattern' ? `match ${schema.pattern}` : `be ${expectation(schema)}`}`
  const meaning = description === undefined || expected.endsWith(description) ? '' : ` (${description})`
  // A large number may not be the one that was sent, because JSON.parse rounds it
  const given =
    showsValue || keyword === 'maximum'
      ? `is ${data === null && instancePath === '' ? 'missing' : shown(data)}; it `
      : ''
  return `${given}${expected}${meaning}${nearest}.`
}

/** The values that a schema allows, to follow "must be". */
function expectation(schema: Schema): string {
  const { enum: values, type = 'valid' } = schema
  if (values) return `one of ${values.join(', ')}`
  return [type]
    .flat()
    .map((one) => kindOf(one, schema))
    .join(' or ')
}

function kindOf(type: string, schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, maxProperties } = schema
  switch (type) {
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'an' : 'a'} ${type}${range('from ', minimum, maximum)}`
    case 'string':
      return minLength === 1 && maxLength === undefined
        ? 'a text that is not empty'
        : `a text${range('of ', minLength, maxLength, ' characters')}`
    case 'array':
      return `a list${range('of ', minItems, maxItems)}`
    case 'object':
      return `an object${range('of ', undefined, maxProperties, ' members')}`
    default:
      return type
  }
}

/** ` from 0 to 5`; an empty text without limits. */
function range(before: string, min?: number, max?: number, unit = ''): string {
  if (min === undefined && max === undefined) return ''
  if (max === undefined) return ` ${before}${min}${unit}`
  return min === max ? ` ${before}${max}${unit}` : ` ${before}${min ?? 0} to ${max}${unit}`
}

/** In characters. A longer text would have to be cut, and nobody could recognize a secret in a part of it. */
const maxShown = 64

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  // A secret must stay recognizable, so that it can be hidden: nothing of it may be escaped
  const quoted = JSON.stringify(value)
  return value.length <= maxShown && quoted === `"${value}"` ? quoted : `a text of length ${value.length}`
}
