import { describe, expect, test } from 'vitest'
import { actions } from '../src/actions/index.js'
import type { Action } from '../src/core/action.js'
import type { Field } from '../src/core/response.js'
import type { Param } from '../src/core/schema.js'
import counts from './conformance-counts.json' with { type: 'json' }
import { type AnyAnswer, type Sent, version } from './support/api.js'
import { start } from './support/emulator.js'
import { publicKey } from './support/keys.js'

/** Every action in every way that its declaration speaks of; an action that is added is tested by being listed. */

type Change = (params: Sent) => Sent
interface Case {
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
      ...(pattern ? [past('against its pattern', '~', pattern.code)] : []),
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
  return { [name]: prefix ? `${prefix}-00000001` : 'a' }
}

function casesOf({ params }: Action): Case[] {
  return Object.entries(params).flatMap(([name, param]) => [
    ...(param.required ? [{ what: `${name} left out`, change: without(name), code: 'MissingParameter' }] : []),
    ...limitCases(name, param),
  ])
}

const fixtures = {
  keyPairs: ['skey-mv9yzyjj', 'skey-4e5ty7i8', 'skey-00000001'].map((keyId, index) => ({
    keyId,
    keyName: `k${index}`,
    publicKey: publicKey(keyId),
  })),
  instances: ['ins-1e4r6y8i', 'ins-3e56fg78', 'ins-00000001'].map((instanceId) => ({ instanceId })),
}

const ways: Record<string, (url: string, params: Sent) => Promise<Response>> = {
  GET: (url, params) => fetch(`${url}?${new URLSearchParams(params)}`),
  form: (url, params) => fetch(url, { method: 'POST', body: new URLSearchParams(params) }),
  multipart: (url, params) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(params)) body.append(name, value)
    return fetch(url, { method: 'POST', body })
  },
}

async function answer(action: Action, change: Change, way = 'GET'): Promise<AnyAnswer> {
  const { url } = await start({ fixtures })
  const params = { Action: action.name, Version: version, ...change(action.example) }
  return (await ways[way]?.(`${url}/v2/index.php`, params))?.json()
}

/** The integer that stands for a code in the account API's envelope is tested with its actions. */
const codeOf = (action: Action, body: AnyAnswer): string | number =>
  action.api === 'account' ? body.code : (body.Response.Error?.Code ?? 'Success')

const expectedCode = (action: Action, code: string) => (action.api === 'account' ? 4000 : code)

/** A limit that disappears is missed in the counts. */
test('each action yields its cases', () => {
  expect(Object.fromEntries(actions.map((action) => [action.name, casesOf(action).length]))).toStrictEqual(counts)
})

describe.each(actions.map((action) => [action.name, action] as const))('%s', (_name, action) => {
  test.each(Object.keys(ways))('its example by %s is answered and fits its declaration', async (way) => {
    const body = await answer(action, (params) => params, way)
    expect(codeOf(action, body)).toBe(action.api === 'account' ? 0 : 'Success')
    const { RequestId: _id, code: _code, message: _message, ...fields } = body.Response ?? body
    expect(mismatches({ type: 'object', description: '', fields: action.response }, fields, '')).toStrictEqual([])
  })

  test.each(casesOf(action))('$what: $code', async ({ change, code }) => {
    const body = await answer(action, change)
    if (code === 'within') {
      const ownCodes = casesOf(action).map((one) => one.code)
      const others = action.errors.map((listed) => `${listed}`)
      const refused = ownCodes.filter((own) => !others.includes(own))
      expect(refused.map((own) => expectedCode(action, own))).not.toContain(codeOf(action, body))
    } else {
      expect(codeOf(action, body)).toBe(expectedCode(action, code))
    }
  })

  const params = Object.keys(action.params)
  test.each(params.flatMap((name) => Object.keys(ways).map((way) => [name, way])))(
    '%s is read by %s',
    async (name = '', way = '') => {
      const byGet = await answer(action, withNul(action, name), 'GET')
      const byWay = await answer(action, withNul(action, name), way)
      expect(codeOf(action, byWay)).toBe(codeOf(action, byGet))
      expect(codeOf(action, byWay)).not.toBe(codeOf(action, await answer(action, (sent) => sent, way)))
    },
  )
})

/** A change of this parameter alone that is always refused. */
function withNul({ params }: Action, name: string): Change {
  const param = params[name]
  if (param?.type === 'array') return withValue(name, 'a')
  return withValue(name, '\0')
}

/** Where a value does not fit its declared field. */
function mismatches(field: Field, value: unknown, path: string): string[] {
  if (field.type === 'object') {
    if (typeof value !== 'object' || value === null) return [`${path} is no object`]
    const names = Object.keys(field.fields)
    const wrongNames = `${Object.keys(value)}` === `${names}` ? [] : [`${path} has ${Object.keys(value)}, not ${names}`]
    return [
      ...wrongNames,
      ...names.flatMap((name) =>
        mismatches(field.fields[name] as Field, (value as Record<string, unknown>)[name], `${path}.${name}`),
      ),
    ]
  }
  if (field.type === 'array') {
    if (!Array.isArray(value)) return [`${path} is no array`]
    return value.flatMap((item, index) => mismatches(field.items, item, `${path}.${index}`))
  }
  const fits = field.type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string'
  return fits ? [] : [`${path} is ${JSON.stringify(value)}, not ${field.type}`]
}
