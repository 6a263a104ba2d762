import type { ApiVersion } from './api-version.ts'
import type { ErrorCode } from './errors.ts'

/** A limit and the code that answers a value beyond it. */
export interface Limit<Value> {
  readonly value: Value
  readonly code: ErrorCode
}

interface Common {
  readonly description: string
  readonly required?: true
  /** The generation that alone has it. */
  readonly only?: ApiVersion
}

export interface StringParam extends Common {
  readonly type: 'string'
  /** In characters (code points), not bytes. */
  readonly minLength?: Limit<number>
  readonly maxLength?: Limit<number>
  /** `allowed` says in words what the pattern lets through. */
  readonly pattern?: Limit<RegExp> & { readonly allowed: string }
  /** Answers what is no text: a NUL in it. InvalidParameter unless the parameter has a better one. */
  readonly code?: ErrorCode
}

/** A non-negative integer in decimal, at most 2^53−1; `code` answers anything else. */
export interface IntegerParam extends Common {
  readonly type: 'integer'
  readonly code: ErrorCode
  readonly minimum?: Limit<number>
  readonly maximum?: Limit<number>
  readonly default?: number
}

/** TRUE, true, True and 1, or the opposites (docs/behaviour.md#booleans); `code` answers anything else. */
export interface BooleanParam extends Common {
  readonly type: 'boolean'
  readonly code: ErrorCode
  readonly default?: boolean
}

/** A list, `KeyIds.0`, `KeyIds.1`, …: any base, gaps tolerated, in the order of the numbers. */
export interface ArrayParam extends Common {
  readonly type: 'array'
  readonly items: StringParam | ObjectParam
  readonly maxItems: Limit<number>
  /** The field that no two members have alike. */
  readonly distinct?: Limit<string>
}

/** A structure, `Filters.0.Name`; `code` answers one that lacks a required member. */
export interface ObjectParam extends Common {
  readonly type: 'object'
  readonly fields: Params
  readonly code: ErrorCode
}

export type Param = StringParam | IntegerParam | BooleanParam | ArrayParam | ObjectParam
export type Params = Readonly<Record<string, Param>>

type ParamValue<P extends Param> = P extends { readonly type: 'string' }
  ? string
  : P extends { readonly type: 'integer' }
    ? number
    : P extends { readonly type: 'boolean' }
      ? boolean
      : P extends { readonly items: infer Item extends Param }
        ? readonly ParamValue<Item>[]
        : P extends { readonly fields: infer Inner extends Params }
          ? ParamValues<Inner>
          : never

type IsThere<P extends Param> = P extends { readonly required: true } | { readonly default: unknown } ? true : false

/** The typed values that a handler gets for its declared parameters. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: IsThere<P[Name]> extends true ? ParamValue<P[Name]> : ParamValue<P[Name]> | undefined
}

/** What this generation has of parameters or fields; not of what is in them. */
export const ofApiVersion = <Item extends { readonly only?: ApiVersion }>(
  apiVersion: ApiVersion,
  items: Readonly<Record<string, Item>>,
): Record<string, Item> =>
  Object.fromEntries(Object.entries(items).filter(([, { only = apiVersion }]) => only === apiVersion))

/** The codes that stand beside the limits of a parameter, and of what is in it. */
export function limitCodes(param: Param): ErrorCode[] {
  const codes = (...limits: (Limit<unknown> | undefined)[]) => limits.flatMap((limit) => (limit ? [limit.code] : []))
  switch (param.type) {
    case 'string':
      return [...codes(param.minLength, param.maxLength, param.pattern), ...(param.code ? [param.code] : [])]
    case 'integer':
      return [param.code, ...codes(param.minimum, param.maximum)]
    case 'boolean':
      return [param.code]
    case 'array':
      return [...codes(param.maxItems, param.distinct), ...limitCodes(param.items)]
    case 'object':
      return [param.code, ...Object.values(param.fields).flatMap(limitCodes)]
  }
}
