import { type ErrorCode, type Failure, fail, ok, type Result } from './errors.js'
import type { ParamTree } from './params.js'

/** A limit and the code that answers a value beyond it. */
interface Limit<Value, Code extends ErrorCode> {
  readonly value: Value
  readonly code: Code
}

export interface StringParam<Code extends ErrorCode = ErrorCode> {
  readonly type: 'string'
  readonly description: string
  readonly required: boolean
  /** In characters (code points), not bytes. */
  readonly minLength?: Limit<number, Code>
  readonly maxLength?: Limit<number, Code>
  /** `allowed` says in words what the pattern lets through. */
  readonly pattern?: Limit<RegExp, Code> & { readonly allowed: string }
}

/** A non-negative integer in decimal, at most 2^53−1; `code` answers anything else. */
export interface IntegerParam<Code extends ErrorCode = ErrorCode> {
  readonly type: 'integer'
  readonly description: string
  readonly required: boolean
  readonly code: Code
}

export type Param = StringParam | IntegerParam
export type Params = Readonly<Record<string, Param>>

type ParamValue<P extends Param> = P extends StringParam ? string : number

/** The typed values that a handler gets for its declared parameters. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: P[Name]['required'] extends true ? ParamValue<P[Name]> : ParamValue<P[Name]> | undefined
}

/** The codes that stand beside the limits of a parameter. */
export const limitCodes = (param: Param): ErrorCode[] =>
  param.type === 'integer'
    ? [param.code]
    : [param.minLength, param.maxLength, param.pattern].flatMap((limit) => (limit ? [limit.code] : []))

/**
 * Reads declared parameters: first that every required one was sent, in declared order (an empty value counts as
 * sent), then each one's own limits, in declared order (design.md, CreateKeyPair).
 * `lookedIn` tells a caller who misses a parameter where it was looked for.
 */
export function readParams<P extends Params>(params: P, sent: ParamTree, lookedIn: string): Result<ParamValues<P>> {
  const declared = Object.entries(params)
  for (const [name, param] of declared) {
    if (param.required && !sent.has(name)) return missing(name, lookedIn)
  }
  const values: Record<string, string | number> = {}
  for (const [name, param] of declared) {
    const node = sent.get(name)
    if (node === undefined) continue
    if (node.value === undefined || node.children) {
      return fail('InvalidParameter', {
        parameter: name,
        detail: `\`${name}\` takes one value, but names such as \`${name}.0\` were sent.`,
      })
    }
    const read = param.type === 'integer' ? readInteger(name, param, node.value) : readString(name, param, node.value)
    if (!read.ok) return read
    values[name] = read.value
  }
  return ok(values as ParamValues<P>)
}

/** The answer to a parameter that was not sent. */
export const missing = (parameter: string, lookedIn: string): Failure<'MissingParameter'> =>
  fail('MissingParameter', { parameter, detail: `It was looked for in ${lookedIn}.` })

function readInteger(name: string, { code }: IntegerParam, text: string): Result<number> {
  const number = Number(text)
  if (/^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number)) return ok(number)
  return fail(code, { parameter: name, value: text, detail: `\`${name}\` must be a non-negative integer.` })
}

function readString(name: string, param: StringParam, text: string): Result<string> {
  const { minLength, maxLength, pattern } = param
  const length = [...text].length
  const refuse = (limit: Limit<unknown, ErrorCode>, rule: string) =>
    fail(limit.code, { parameter: name, value: text, detail: `\`${name}\` ${rule}.` })

  if (minLength && length < minLength.value) {
    return refuse(minLength, `has ${length} characters; at least ${minLength.value} must be sent`)
  }
  if (maxLength && length > maxLength.value) {
    return refuse(maxLength, `has ${length} characters; at most ${maxLength.value} are allowed`)
  }
  if (pattern && !pattern.value.test(text)) return refuse(pattern, `may hold ${pattern.allowed} only`)
  return ok(text)
}
