import type { Action } from '../../src/core/action.js'
import type { Generation } from '../../src/core/generation.js'
import { ofGeneration, type Param } from '../../src/core/schema.js'
import type { Sent } from './api.js'

export type Change = (params: Sent) => Sent
export interface Case {
  readonly what: string
  readonly change: Change
  /** `Success` stands for "no code of this parameter". */
  readonly code: string
}

const without =
  (name: string): Change =>
  (params) =>
    Object.fromEntries(Object.entries(params).filter(([sent]) => sent !== name && !sent.startsWith(`${name}.`)))

const withValue =
  (name: string, value: string): Change =>
  (params) => ({ ...without(name)(params), [name]: value })

/** Values at a limit and one past it. */
function limitCases(name: string, param: Param): Case[] {
  const at = (what: string, value: string): Case => ({
    what: `${name} ${what}`,
    change: withValue(name, value),
    code: 'within',
  })
  const past = (what: string, value: string, code: string): Case => ({
    what: `${name} ${what}`,
    change: withValue(name, value),
    code,
  })
  if (param.type === 'string') {
    const { minLength, maxLength, pattern } = param
    return [
      ...(minLength
        ? [
            at('at its shortest', 'a'.repeat(minLength.value)),
            past('too short', 'a'.repeat(minLength.value - 1), minLength.code),
          ]
        : []),
      ...(maxLength
        ? [
            at('at its longest', 'a'.repeat(maxLength.value)),
            past('too long', 'a'.repeat(maxLength.value + 1), maxLength.code),
          ]
        : []),
      ...(pattern ? [past('against its pattern', pattern.value.test('~') ? 'qcs:a' : '~', pattern.code)] : []),
      past('with a NUL', 'a\0', param.code ?? 'InvalidParameter'),
      asList(name),
    ]
  }
  if (param.type === 'integer') {
    const { minimum, maximum } = param
    return [
      asList(name),
      ...['', 'x', '-1', '1.5', '01', '9007199254740992'].map((value) => past(`as "${value}"`, value, param.code)),
      ...(minimum
        ? [at('at its least', `${minimum.value}`), past('too small', `${minimum.value - 1}`, minimum.code)]
        : []),
      ...(maximum
        ? [at('at its greatest', `${maximum.value}`), past('too great', `${maximum.value + 1}`, maximum.code)]
        : []),
    ]
  }
  if (param.type === 'boolean') {
    return [
      ...['TRUE', 'true', 'True', '1', 'FALSE', '0'].map((value) => at(`as ${value}`, value)),
      past('as yes', 'yes', param.code),
      asList(name),
    ]
  }
  if (param.type === 'array') {
    const filled =
      (count: number): Change =>
      (params) => ({
        ...without(name)(params),
        ...Object.assign({}, ...Array.from({ length: count }, (_, index) => member(`${name}.${index}`, param.items))),
      })
    return [
      { what: `${name} at its most members`, change: filled(param.maxItems.value), code: 'within' },
      { what: `${name} with too many members`, change: filled(param.maxItems.value + 1), code: param.maxItems.code },
      past('as a bare name', 'a', 'InvalidParameter'),
      {
        what: `${name} with a name in place of a number`,
        change: (params) => ({ ...without(name)(params), [`${name}.first`]: 'a' }),
        code: 'InvalidParameter',
      },
      ...limitCases(`${name}.0`, param.items).map((inner) => ({
        ...inner,
        change: (params: Sent) => inner.change(without(name)(params)),
      })),
    ]
  }
  if (param.type === 'object') {
    const bare = {
      ...past('as one value', 'a', param.code),
      change: (params: Sent) => ({ ...without(name)(params), ...member(name, param), [name]: 'a' }),
    }
    const required = Object.entries(param.fields).filter(([, field]) => field.required)
    return [
      bare,
      ...required.map(([field]) => ({
        what: `${name} without ${field}`,
        change: (params: Sent) => without(`${name}.${field}`)({ ...params, ...member(name, param) }),
        code: param.code,
      })),
      ...Object.entries(param.fields).flatMap(([field, inner]) =>
        limitCases(`${name}.${field}`, inner).map((one) => ({
          ...one,
          change: (params: Sent) => one.change({ ...without(name)(params), ...member(name, param) }),
        })),
      ),
    ]
  }
  return []
}

/** A single value sent as if it were a list. */
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
  // A word that alone is allowed, or one that no other member has
  return { [name]: /\^(\w+)\$/.exec(pattern)?.[1] ?? `a${/\d+(?=\.\w+$)/.exec(name)?.[0] ?? ''}` }
}

export function casesOf({ params }: Action, generation: Generation): Case[] {
  return Object.entries(ofGeneration(generation, params)).flatMap(([name, param]) => [
    ...(param.required ? [{ what: `${name} left out`, change: without(name), code: 'MissingParameter' }] : []),
    ...limitCases(name, param),
  ])
}

/** A change of this parameter alone that is always refused. */
export function withNul({ params }: Action, name: string): Change {
  const param = params[name]
  if (param?.type === 'array') return withValue(name, 'a')
  return withValue(name, '\0')
}
