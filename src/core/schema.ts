import type { ErrorCode } from './errors.ts'

/** The versions of the API (docs/behaviour.md#paths-and-api-versions). */
export type ApiVersion = '2017-03-12' | '3.0'

/** A limit, and the code for a value that exceeds it. */
export interface Limit<Value> {
  readonly value: Value
  readonly code: ErrorCode
  /** The sentence of the real service about this limit, in place of the text of the code. */
  readonly wording?: string
}

/** A text in the languages of the documents. */
export interface Bilingual {
  readonly en: string
  readonly zh: string
}

interface Common {
  readonly description: Bilingual
  readonly required?: true
  /** Set when only this version of the API has the parameter. */
  readonly only?: ApiVersion
}

export interface StringParam extends Common {
  readonly type: 'string'
  /** In characters (code points), not bytes. */
  readonly minLength?: Limit<number>
  readonly maxLength?: Limit<number>
  /** `rule` describes the pattern in an error: `KeyName` must … */
  readonly pattern?: Limit<RegExp> & { readonly rule: string }
  /** The code for a value with a NUL character; InvalidParameter by default. */
  readonly code?: ErrorCode
}

/** A decimal integer from 0 to 2^53−1 (docs/behaviour.md#integers). `code` is for any other value. */
export interface IntegerParam extends Common {
  readonly type: 'integer'
  readonly code: ErrorCode
  readonly minimum?: Limit<number>
  readonly maximum?: Limit<number>
  readonly default?: number
  /** Set when JSON may have it as a string, too (docs/behaviour.md#json-types). */
  readonly textInJson?: true
}

/** `TRUE` or `1`, `FALSE` or `0`, in any letter case (docs/behaviour.md#booleans). `code` is for any other value. */
export interface BooleanParam extends Common {
  readonly type: 'boolean'
  readonly code: ErrorCode
  readonly default?: boolean
}

/** A list: `KeyIds.0`, `KeyIds.1`, …. It may start at any number and have gaps (docs/behaviour.md#list-indices). */
export interface ArrayParam extends Common {
  readonly type: 'array'
  readonly items: StringParam | ObjectParam
  readonly maxItems: Limit<number>
  /** The field whose values must differ between the members. */
  readonly distinct?: Limit<string>
}

/** A structure: `Filters.0.Name`. `code` is for another form, and for a structure without a required member. */
export interface ObjectParam extends Common {
  readonly type: 'object'
  readonly fields: Params
  readonly code: ErrorCode
  /** The code for a structure without a required member, when it is another one. */
  readonly missingCode?: ErrorCode
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

type IsAlwaysSet<P extends Param> = P extends { readonly required: true } | { readonly default: unknown } ? true : false

/** The typed values that a handler gets for its declared parameters. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: IsAlwaysSet<P[Name]> extends true ? ParamValue<P[Name]> : ParamValue<P[Name]> | undefined
}

/** The parameters or fields of one version of the API, at the top level only. */
export const ofApiVersion = <Item extends { readonly only?: ApiVersion }>(
  apiVersion: ApiVersion,
  items: Readonly<Record<string, Item>>,
): Record<string, Item> =>
  Object.fromEntries(Object.entries(items).filter(([, { only = apiVersion }]) => only === apiVersion))

/** The codes of the limits of a parameter and of its members. */
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
      return [
        param.code,
        ...(param.missingCode ? [param.missingCode] : []),
        ...Object.values(param.fields).flatMap(limitCodes),
      ]
  }
}
