import { type ErrorCode, type ErrorContext, type Failure, fail, ok, type Result } from './errors.ts'
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
 * Reads the declared parameters into typed values. First every required parameter must have been sent (an empty value
 * counts as sent). Then each one is checked against its limits, both in declared order
 * (docs/behaviour.md#order-of-parameter-checks). The error about a missing parameter names `paramSource`.
 */
export function readParams<P extends Params>(params: P, sent: ParamTree, paramSource: string): Result<ParamValues<P>> {
  for (const name in params) {
    if (params[name]?.required && !nodeOf(sent, name)) return missingParameter(name, paramSource)
  }
  return readFields(params, '', (name) => nodeOf(sent, name)) as Result<ParamValues<P>>
}

/** The error for a parameter that was not sent. `paramSource` is where it was expected. */
export const missingParameter = (parameter: string, paramSource: string): Failure<'MissingParameter'> =>
  fail('MissingParameter', { parameter, detail: `It was not found in ${paramSource}.` })

/** Reads the fields of a structure. `prefix` begins their paths. */
function readFields(
  fields: Params,
  prefix: string,
  find: (name: string) => ParamNode | undefined,
): Result<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const name in fields) {
    const param = fields[name] as Param
    const node = find(name)
    if (node === undefined) {
      if ('default' in param) values[name] = param.default
      continue
    }
    const read = readParam(prefix + name, param, node)
    if (!read.ok) return read
    values[name] = read.value
  }
  return ok(values)
}

function readParam(path: string, param: Param, node: ParamNode): Result<unknown> {
  const typeError = node.json === undefined ? undefined : checkType(path, param, node.json)
  if (typeError) return typeError
  if (param.type === 'array') return readArray(path, param, node)
  if (param.type === 'object') return readObject(path, param, node)
  if (node.value === undefined || node.children) {
    const detail = `\`${path}\` is a single value; do not send names such as \`${path}.0\`.`
    return fail('InvalidParameter', { parameter: path, detail })
  }
  if (param.type === 'integer') return readInteger(path, param, node.value)
  if (param.type === 'boolean') return readBoolean(path, param, node.value)
  return readString(path, param, node.value)
}

/** The 3.0 gateway checks the types of a JSON body (docs/behaviour.md#json-types). */
function checkType(parameter: string, param: Param, json: JsonType): Failure | undefined {
  const { type } = param
  if (json === (type === 'integer' ? 'number' : type)) return undefined
  if (json === 'string' && 'textInJson' in param) return undefined
  const wording = `The value type of parameter \`{parameter}\` is not valid, input type should be \`${type}\``
  return fail('InvalidParameter', { parameter, wording })
}

function readString(path: string, param: StringParam, text: string): Result<string> {
  const { minLength, maxLength, pattern } = param
  const length = minLength || maxLength ? countCharacters(text) : 0
  const invalid = ({ code, wording }: Limit<unknown>, rule: string, context: ErrorContext = {}) => {
    const detail = `\`${path}\` ${rule}.`
    return fail(code, { ...context, parameter: path, value: text, detail, ...(wording !== undefined && { wording }) })
  }

  if (text.includes('\0')) {
    return fail(param.code ?? 'InvalidParameter', { parameter: path, detail: `\`${path}\` contains a NUL character.` })
  }
  if (minLength && length < minLength.value) {
    return invalid(minLength, `has ${length} characters; the minimum is ${minLength.value}`)
  }
  if (maxLength && length > maxLength.value) {
    const many = length > maxCounted ? `more than ${maxCounted}` : length
    return invalid(maxLength, `has ${many} characters; the maximum is ${maxLength.value}`)
  }
  if (pattern && !pattern.value.test(text)) {
    return invalid(pattern, `must ${pattern.rule}`, pattern.wording ? illegalCharacter(text, pattern.value) : {})
  }
  return ok(text)
}

/** The first character of a text that the pattern does not allow. */
function illegalCharacter(text: string, pattern: RegExp): Pick<ErrorContext, 'character'> {
  for (const character of text) if (!pattern.test(character)) return { character }
  return {}
}

/** Characters are counted so far. No limit is higher, and a text of 10 MB would take long. */
const maxCounted = 10_000

function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) if (++count > maxCounted) break
  return count
}

function readInteger(path: string, { code, minimum, maximum }: IntegerParam, text: string): Result<number> {
  const number = Number(text)
  const invalid = (code: ErrorCode, rule: string) =>
    fail(code, { parameter: path, value: text, detail: `\`${path}\` must be ${rule}.` })

  if (!/^(0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(number))
    return invalid(code, 'a decimal integer from 0 to 2^53−1 without leading zeros')
  if (minimum && number < minimum.value) return invalid(minimum.code, `at least ${minimum.value}`)
  if (maximum && number > maximum.value) return invalid(maximum.code, `at most ${maximum.value}`)
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
    const detail = `\`${path}\` is a list: send it as \`${path}.0\`, \`${path}.1\` and so on.`
    return fail('InvalidParameter', { parameter: path, detail })
  }
  if (members.length > maxItems.value) {
    const detail = `\`${path}\` has ${members.length} members; the maximum is ${maxItems.value}.`
    return fail(maxItems.code, { parameter: path, detail })
  }
  const values: unknown[] = []
  for (const [index, member] of members.sort(([a], [b]) => Number(a) - Number(b))) {
    const read = readParam(`${path}.${index}`, items, member)
    if (!read.ok) return read
    values.push(read.value)
  }
  return (distinct && checkDistinct(path, distinct, values)) ?? ok(values)
}

function checkDistinct(parameter: string, { value: field, code }: Limit<string>, members: unknown[]) {
  const seen = new Set<unknown>()
  for (const member of members) {
    const value = (member as Record<string, unknown>)[field]
    if (seen.has(value)) {
      const detail = `Each member must have a different \`${field}\`.`
      return fail(code, { parameter, value: `${value}`, detail })
    }
    seen.add(value)
  }
  return undefined
}

function readObject(path: string, { fields, code, missingCode }: ObjectParam, node: ParamNode): Result<unknown> {
  const children = node.children ?? new Map<string, ParamNode>()
  const invalid = (detail: string) => fail(code, { parameter: path, detail })
  if (node.value !== undefined) {
    const names = Object.keys(fields).map((name) => `\`${path}.${name}\``)
    return invalid(`\`${path}\` is a structure: send it as ${names.join(', ')}.`)
  }
  const absent = Object.entries(fields).find(([name, field]) => field.required && !children.has(name))
  if (absent) {
    const detail = `\`${path}.${absent[0]}\` is missing.`
    // The real service names the member without its place
    return missingCode ? fail(missingCode, { parameter: absent[0], detail }) : invalid(detail)
  }
  return readFields(fields, `${path}.`, (name) => children.get(name))
}

/** Every call may have the common parameters and those that force a fault (docs/behaviour.md#parameters-of-30). */
const commonPattern =
  /^(Action|Emulator(Delay|Error)|Language|Nonce|Region|RequestClient|SecretId|Signature(Method)?|Timestamp|Token|Version)$/

/**
 * Returns UnknownParameter for a parameter that the action does not have, at any depth, or undefined. The 3.0 gateway
 * refuses such parameters; older SDKs add some of their own (docs/behaviour.md#unknown-parameters).
 */
export function checkUnknownParams(params: Params, sent: ParamTree): Failure | undefined {
  return checkMembers(params, new Map([...sent].filter(([name]) => !commonPattern.test(name))), '')
}

function checkMembers(fields: Params, sent: ParamTree, prefix: string): Failure | undefined {
  for (const [name, node] of sent) {
    const path = prefix + name
    const param = Object.hasOwn(fields, name) ? fields[name] : undefined
    const failure = param ? checkNode(param, node, path) : fail('UnknownParameter', { parameter: path })
    if (failure) return failure
  }
  return undefined
}

function checkNode(param: Param, node: ParamNode, path: string): Failure | undefined {
  const children = node.children ?? new Map<string, ParamNode>()
  if (param.type === 'object') return checkMembers(param.fields, children, `${path}.`)
  if (param.type !== 'array') return undefined
  for (const [index, member] of children) {
    const failure = checkNode(param.items, member, `${path}.${index}`)
    if (failure) return failure
  }
  return undefined
}
