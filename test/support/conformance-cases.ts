import type { Action } from '../../src/core/action.ts'
import type { ApiVersion } from '../../src/core/schema.ts'
import {
  type ArrayParam,
  type IntegerParam,
  type ObjectParam,
  ofApiVersion,
  type Param,
  type StringParam,
} from '../../src/core/schema.ts'
import type { Sent } from './api.ts'

export type Change = (params: Sent) => Sent
export interface Case {
  readonly what: string
  readonly change: Change
  /** `within` when the parameter accepts the value. */
  readonly code: string
}

const without =
  (name: string): Change =>
  (params) =>
    Object.fromEntries(Object.entries(params).filter(([sent]) => sent !== name && !sent.startsWith(`${name}.`)))

const withValue =
  (name: string, value: string): Change =>
  (params) => ({ ...without(name)(params), [name]: value })

/** A value that the parameter accepts. */
const accepted = (name: string, what: string, value: string): Case => ({
  what: `${name} ${what}`,
  change: withValue(name, value),
  code: 'within',
})

/** A value that the parameter refuses with this code. */
const refused = (name: string, what: string, value: string, code: string): Case => ({
  ...accepted(name, what, value),
  code,
})

/** Values at a limit and one past it. */
function limitCases(name: string, param: Param): Case[] {
  switch (param.type) {
    case 'string':
      return [...stringCases(name, param), asList(name)]
    case 'integer':
      return [...integerCases(name, param), asList(name)]
    case 'boolean':
      return [
        ...['TRUE', 'true', 'True', '1', 'FALSE', '0'].map((value) => accepted(name, `as ${value}`, value)),
        refused(name, 'as yes', 'yes', param.code),
        asList(name),
      ]
    case 'array':
      return arrayCases(name, param)
    case 'object':
      return objectCases(name, param)
  }
}

const stringCases = (name: string, { minLength, maxLength, pattern, code }: StringParam): Case[] => [
  ...(minLength
    ? [
        accepted(name, 'at its shortest', 'a'.repeat(minLength.value)),
        refused(name, 'too short', 'a'.repeat(minLength.value - 1), minLength.code),
      ]
    : []),
  ...(maxLength
    ? [
        accepted(name, 'at its longest', 'a'.repeat(maxLength.value)),
        refused(name, 'too long', 'a'.repeat(maxLength.value + 1), maxLength.code),
      ]
    : []),
  ...(pattern ? [refused(name, 'against its pattern', pattern.value.test('~') ? 'qcs:a' : '~', pattern.code)] : []),
  refused(name, 'with a NUL', 'a\0', code ?? 'InvalidParameter'),
]

const integerCases = (name: string, { minimum, maximum, code }: IntegerParam): Case[] => [
  ...['', 'x', '-1', '1.5', '01', '9007199254740992'].map((value) => refused(name, `as "${value}"`, value, code)),
  ...(minimum
    ? [
        accepted(name, 'at its least', `${minimum.value}`),
        refused(name, 'too small', `${minimum.value - 1}`, minimum.code),
      ]
    : []),
  ...(maximum
    ? [
        accepted(name, 'at its greatest', `${maximum.value}`),
        refused(name, 'too great', `${maximum.value + 1}`, maximum.code),
      ]
    : []),
]

function arrayCases(name: string, { items, maxItems, distinct }: ArrayParam): Case[] {
  const filled =
    (count: number): Change =>
    (params) => ({
      ...without(name)(params),
      ...Object.assign({}, ...Array.from({ length: count }, (_, index) => member(`${name}.${index}`, items))),
    })
  const alike =
    (field: string): Change =>
    (params) => {
      const two = filled(2)(params)
      return { ...two, [`${name}.1.${field}`]: two[`${name}.0.${field}`] ?? '' }
    }
  return [
    { what: `${name} at its most members`, change: filled(maxItems.value), code: 'within' },
    { what: `${name} with too many members`, change: filled(maxItems.value + 1), code: maxItems.code },
    ...(distinct
      ? [{ what: `${name} with one ${distinct.value} twice`, change: alike(distinct.value), code: distinct.code }]
      : []),
    refused(name, 'as a bare name', 'a', 'InvalidParameter'),
    {
      what: `${name} with a name in place of a number`,
      change: (params) => ({ ...without(name)(params), [`${name}.first`]: 'a' }),
      code: 'InvalidParameter',
    },
    ...limitCases(`${name}.0`, items).map((inner) => ({
      ...inner,
      change: (params: Sent) => inner.change(without(name)(params)),
    })),
  ]
}

function objectCases(name: string, param: ObjectParam): Case[] {
  const complete: Change = (params) => ({ ...without(name)(params), ...member(name, param) })
  const fields = Object.entries(param.fields)
  // Without its only field a structure is not sent at all
  const required = fields.length > 1 ? fields.filter(([, field]) => field.required) : []
  return [
    { ...refused(name, 'as one value', 'a', param.code), change: (params) => ({ ...complete(params), [name]: 'a' }) },
    ...required.map(([field]) => ({
      what: `${name} without ${field}`,
      change: (params: Sent) => without(`${name}.${field}`)(complete(params)),
      code: param.missingCode ?? param.code,
    })),
    ...fields.flatMap(([field, inner]) =>
      limitCases(`${name}.${field}`, inner).map((one) => ({
        ...one,
        change: (params: Sent) => one.change(complete(params)),
      })),
    ),
  ]
}

/** A single value that is sent as a list. */
const asList = (name: string): Case => ({
  what: `${name} as a list`,
  change: (params) => ({ ...without(name)(params), [`${name}.0`]: 'a' }),
  code: 'InvalidParameter',
})

/** A well-formed member of a list. */
function member(name: string, param: Param): Sent {
  if (param.type === 'object') {
    return Object.assign({}, ...Object.entries(param.fields).map(([field, inner]) => member(`${name}.${field}`, inner)))
  }
  if (param.type === 'array') return member(`${name}.0`, param.items)
  const pattern = param.type === 'string' ? `${param.pattern?.value}` : ''
  const prefix = /\^(skey|ins)-/.exec(pattern)?.[1]
  if (prefix) return { [name]: `${prefix}-00000001` }
  // The only allowed value, or one that no other member has
  return { [name]: /\^(\w+)\$/.exec(pattern)?.[1] ?? `a${/\d+(?=\.\w+$)/.exec(name)?.[0] ?? ''}` }
}

export function casesOf({ params }: Action, apiVersion: ApiVersion): Case[] {
  return Object.entries(ofApiVersion(apiVersion, params)).flatMap(([name, param]) => [
    ...(param.required ? [{ what: `${name} left out`, change: without(name), code: 'MissingParameter' }] : []),
    ...limitCases(name, param),
  ])
}

/** A change of this parameter that is always refused. */
export function withNul({ params }: Action, name: string): Change {
  const param = params[name]
  if (param?.type === 'array') return withValue(name, 'a')
  return withValue(name, '\0')
}
