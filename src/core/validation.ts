import { type ErrorCode, type Failure, fail, ok, type Result } from './errors.ts'
import { type JsonType, nodeOf, type ParamNode, type ParamTree } from './params.ts'
import type {
  ArrayParam,
  BooleanParam,
  IntegerParam,
  Limit,
  ObjectParam,
  Param,
  Params,
  ParamValues,
  StringParam,
} from './schema.ts'

/**
 * Reads declared parameters. First every required one must have been sent (an empty value counts as sent), then each
 * one is checked against its own limits, both in declared order (docs/behaviour.md#order-of-parameter-checks). When a
 * parameter is missing, the message says where it was looked for: `paramSource`.
 */
export function readParams<P extends Params>(params: P, sent: ParamTree, paramSource: string): Result<ParamValues<P>> {
  for (const [name, param] of Object.entries(params)) {
    if (param.required && !nodeOf(sent, name)) return missing(name, paramSource)
  }
  return readFields(params, (name) => ({ path: name, node: nodeOf(sent, name) })) as Result<ParamValues<P>>
}

/** The answer to a parameter that was not sent. */
export const missing = (parameter: string, paramSource: string): Failure<'MissingParameter'> =>
  fail('MissingParameter', { parameter, detail: `It was looked for in ${paramSource}.` })

interface Found {
  readonly path: string
  readonly node: ParamNode | undefined
}

function readFields(fields: Params, find: (name: string) => Found): Result<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const [name, param] of Object.entries(fields)) {
    const { path, node } = find(name)
    if (node === undefined) {
      if ('default' in param) values[name] = param.default
      continue
    }
    const read = readParam(path, param, node)
    if (!read.ok) return read
    values[name] = read.value
  }
  return ok(values)
}

function readParam(path: string, param: Param, node: ParamNode): Result<unknown> {
  const mistyped = node.json === undefined ? undefined : checkType(path, param, node.json)
  if (mistyped) return mistyped
  if (param.type === 'array') return readArray(path, param, node)
  if (param.type === 'object') return readObject(path, param, node)
  if (node.value === undefined || node.children) {
    const detail = `\`${path}\` takes one value, but names such as \`${path}.0\` were sent.`
    return fail('InvalidParameter', { parameter: path, detail })
  }
  if (param.type === 'integer') return readInteger(path, param, node.value)
  if (param.type === 'boolean') return readBoolean(path, param, node.value)
  return readString(path, param, node.value)
}

const jsonTypes: Readonly<Record<Param['type'], JsonType>> = {
  string: 'string',
  integer: 'number',
  boolean: 'boolean',
  array: 'array',
  object: 'object',
}

/** The 3.0 gateway checks the types of a JSON body (docs/behaviour.md#json-types). */
function checkType(parameter: string, { type }: Param, json: JsonType): Failure | undefined {
  if (json !== jsonTypes[type]) {
    const wording = `The value type of parameter \`{parameter}\` is not valid, input type should be \`${type}\``
    return fail('InvalidParameter', { parameter, wording })
  }
  return undefined
}

function readString(path: string, param: StringParam, text: string): Result<string> {
  const { minLength, maxLength, pattern } = param
  const length = countCharacters(text)
  const refuse = (code: ErrorCode, rule: string) =>
    fail(code, { parameter: path, value: text, detail: `\`${path}\` ${rule}.` })

  if (text.includes('\0')) {
    return fail(param.code ?? 'InvalidParameter', { parameter: path, detail: `\`${path}\` holds a NUL character.` })
  }
  if (minLength && length < minLength.value) {
    return refuse(minLength.code, `has ${length} characters; at least ${minLength.value} must be sent`)
  }
  if (maxLength && length > maxLength.value) {
    return refuse(maxLength.code, `has ${length} characters; at most ${maxLength.value} are allowed`)
  }
  if (pattern && !pattern.value.test(text)) return refuse(pattern.code, `may be ${pattern.allowed} only`)
  return ok(text)
}

function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function readInteger(path: string, { code, minimum, maximum }: IntegerParam, text: string): Result<number> {
  const number = Number(text)
  const refuse = (limit: { code: ErrorCode }, rule: string) =>
    fail(limit.code, { parameter: path, value: text, detail: `\`${path}\` must be ${rule}.` })
  const range = (limit: Limit<number>, word: string) => refuse(limit, `an integer of ${word} ${limit.value}`)

  if (!/^(0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(number))
    return refuse({ code }, 'a non-negative integer in decimal, at most 2^53−1 and without leading zeros')
  if (minimum && number < minimum.value) return range(minimum, 'at least')
  if (maximum && number > maximum.value) return range(maximum, 'at most')
  return ok(number)
}

function readBoolean(path: string, { code }: BooleanParam, text: string): Result<boolean> {
  if (/^(true|1)$/i.test(text)) return ok(true)
  if (/^(false|0)$/i.test(text)) return ok(false)
  return fail(code, { parameter: path, value: text, detail: `\`${path}\` must be TRUE or FALSE.` })
}

function readArray(path: string, { items, maxItems, distinct }: ArrayParam, node: ParamNode): Result<unknown[]> {
  const members = [...(node.children ?? [])]
  if (node.json && members.length === 0) return fail('InvalidParameterValue', { parameter: path, value: '[]' })
  if (node.value !== undefined || members.some(([index]) => !/^\d+$/.test(index))) {
    const detail = `\`${path}\` is a list: its names are \`${path}.0\`, \`${path}.1\` and so on.`
    return fail('InvalidParameter', { parameter: path, detail })
  }
  if (members.length > maxItems.value) {
    const detail = `\`${path}\` has ${members.length} members; at most ${maxItems.value} are allowed.`
    return fail(maxItems.code, { parameter: path, detail })
  }
  const values: unknown[] = []
  for (const [index, member] of members.sort(([a], [b]) => Number(a) - Number(b))) {
    const read = readParam(`${path}.${index}`, items, member)
    if (!read.ok) return read
    values.push(read.value)
  }
  return (distinct && refuseRepeated(path, distinct, values)) ?? ok(values)
}

function refuseRepeated(parameter: string, { value: field, code }: Limit<string>, members: unknown[]) {
  const seen = new Set<unknown>()
  for (const member of members) {
    const value = (member as Record<string, unknown>)[field]
    if (seen.has(value)) {
      return fail(code, {
        parameter,
        value: `${value}`,
        detail: `No two of its members may have the same \`${field}\`.`,
      })
    }
    seen.add(value)
  }
  return undefined
}

function readObject(path: string, { fields, code }: ObjectParam, node: ParamNode): Result<unknown> {
  const children = node.children ?? new Map<string, ParamNode>()
  const refuse = (detail: string) => fail(code, { parameter: path, detail })
  if (node.value !== undefined) {
    return refuse(
      `\`${path}\` is a structure: its names are ${Object.keys(fields)
        .map((name) => `\`${path}.${name}\``)
        .join(', ')}.`,
    )
  }
  const lacking = Object.entries(fields).find(([name, field]) => field.required && !children.has(name))
  if (lacking) return refuse(`\`${path}.${lacking[0]}\` is missing.`)
  return readFields(fields, (name) => ({ path: `${path}.${name}`, node: children.get(name) }))
}
