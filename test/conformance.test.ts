import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../src/actions/index.js'
import { type Action, isIn } from '../src/core/action.js'
import { type ErrorCode, fail } from '../src/core/errors.js'
import { forcedInWordsOf, type Generation, inWordsOf } from '../src/core/generation.js'
import { type Field, fieldsOf } from '../src/core/response.js'
import { ofGeneration, type Param } from '../src/core/schema.js'
import { type Emulator, startEmulator } from '../src/emulator.js'
import counts from './conformance-counts.json' with { type: 'json' }
import { type AnyAnswer, type Sent, version } from './support/api.js'
import { publicKey } from './support/keys.js'

/** Every action of both generations in every way that its declaration speaks of; an action that is added is tested by being listed. */

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

function casesOf({ params }: Action, generation: Generation): Case[] {
  return Object.entries(ofGeneration(generation, params)).flatMap(([name, param]) => [
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

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, keyBits: 1024, fixtures })
})
afterAll(() => emulator.close())

/** The emulator as it started: to start one for each of a thousand cases would take a minute. */
function anew(): Emulator {
  emulator.reset()
  return emulator
}

type Way = (url: string, params: Sent, action: Action) => Promise<Response>

const overV2 = {
  GET: (url, params) => fetch(`${url}/v2/index.php?${new URLSearchParams(params)}`),
  form: (url, params) => fetch(`${url}/v2/index.php`, { method: 'POST', body: new URLSearchParams(params) }),
  multipart: (url, params) => fetch(`${url}/v2/index.php`, { method: 'POST', body: multipart(params) }),
} satisfies Record<string, Way>

const overV3 = {
  GET: (url, params) => fetch(`${url}/?${new URLSearchParams(params)}`),
  form: (url, params) => fetch(url, { method: 'POST', body: new URLSearchParams(params) }),
  'GET with headers': (url, params) => {
    const { headers, rest } = apart(params)
    return fetch(`${url}/?${new URLSearchParams(rest)}`, { headers })
  },
  multipart: (url, params) => {
    const { headers, rest } = apart(params)
    return fetch(url, { method: 'POST', headers, body: multipart(rest) })
  },
  JSON: (url, params, action) => {
    const { headers, rest } = apart(params)
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(toJson(action, rest)) })
  },
} satisfies Record<string, Way>

const apart = ({ Action = '', Version = '', ...rest }: Sent) => ({
  headers: { 'X-TC-Action': Action, 'X-TC-Version': Version },
  rest,
})

function multipart(params: Sent): FormData {
  const body = new FormData()
  for (const [name, value] of Object.entries(params)) body.append(name, value)
  return body
}

/** As a client of 3.0 builds it: lists and structures, and what looks like its type as that type. */
function toJson({ params }: Action, flat: Sent): unknown {
  const root: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    const path = name.split('.')
    let at: Record<string, unknown> = root
    for (const part of path.slice(0, -1)) {
      if (typeof at[part] !== 'object') at[part] = {}
      at = at[part] as Record<string, unknown>
    }
    const last = path.at(-1) ?? ''
    if (typeof at[last] !== 'object') at[last] = asTyped(params[path[0] ?? '']?.type, value)
  }
  return asLists(root)
}

function asTyped(type: string | undefined, value: string): unknown {
  if (type === 'integer' && /^-?\d+(\.\d+)?$/.test(value) && !/^0\d/.test(value)) return Number(value)
  return type === 'boolean' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value
}

const asLists = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, asLists(member)])
  return members.length > 0 && members.every(([name]) => /^\d+$/.test(name))
    ? members.map(([, member]) => member)
    : Object.fromEntries(members)
}

const generations = [
  ['v2', overV2],
  ['v3', overV3],
] as const satisfies readonly (readonly [Generation, Record<string, Way>])[]

async function answer(action: Action, change: Change, way: Way): Promise<AnyAnswer> {
  const { url } = anew()
  const params = { Action: action.name, Version: action.version ?? version, ...change(action.example) }
  return (await way(url, params, action)).json()
}

/** The integer that stands for a code in the account API's envelope is tested with its actions. */
const codeOf = (action: Action, body: AnyAnswer): string | number =>
  action.api === 'account' ? body.code : (body.Response.Error?.Code ?? 'Success')

/** A limit that disappears is missed in the counts. */
test('each action yields its cases', () => {
  const counted = (generation: Generation) =>
    Object.fromEntries(
      actions
        .filter((action) => isIn(generation, action))
        .map((action) => [action.name, casesOf(action, generation).length]),
    )
  expect({ v2: counted('v2'), v3: counted('v3') }).toStrictEqual(counts)
})

const all = generations.flatMap(([generation, ways]) =>
  actions
    .filter((action) => isIn(generation, action))
    .map((action) => ({ generation, ways: ways as Record<string, Way>, action, name: action.name })),
)

describe.each(all)('$generation $name', ({ generation, ways, action }) => {
  const expected = (code: string) =>
    action.api === 'account' ? 4000 : inWordsOf(generation, action, fail(code as ErrorCode)).error.code
  const GET = ways.GET as Way

  test.each(Object.keys(ways))('its example by %s is answered and fits its declaration', async (way) => {
    const body = await answer(action, (params) => params, ways[way] as Way)
    expect(codeOf(action, body)).toBe(action.api === 'account' ? 0 : 'Success')
    const { RequestId: _id, code: _code, message: _message, ...fields } = body.Response ?? body
    const declared = { type: 'object', description: '', fields: fieldsOf(generation, action.response) } as const
    expect(mismatches(declared, fields, '')).toStrictEqual([])
  })

  const cases = casesOf(action, generation)
  test.each(cases)('$what: $code', async ({ change, code }) => {
    const body = await answer(action, change, GET)
    if (code === 'within') {
      const others = action.errors.map((listed) => `${listed}`)
      const refused = cases.map((one) => one.code).filter((own) => own !== 'within' && !others.includes(own))
      expect(refused.map(expected)).not.toContain(codeOf(action, body))
    } else {
      expect(codeOf(action, body)).toBe(expected(code))
    }
  })

  const params = Object.keys(ofGeneration(generation, action.params))
  test.each(params.flatMap((name) => Object.keys(ways).map((way) => [name, way])))(
    '%s is read by %s',
    async (name = '', way = '') => {
      const byGet = await answer(action, withNul(action, name), GET)
      const byWay = await answer(action, withNul(action, name), ways[way] as Way)
      // A JSON body has types, of which another is refused by a code of its own
      const wrongType = way === 'JSON' && action.params[name]?.type !== 'string'
      expect(codeOf(action, byWay)).toBe(wrongType ? 'InvalidParameter' : codeOf(action, byGet))
      expect(codeOf(action, byWay)).not.toBe(codeOf(action, await answer(action, (sent) => sent, ways[way] as Way)))
    },
  )

  if (generation === 'v3') {
    test.each(Object.entries(action.params))('%s of another type in JSON is refused', async (name, { type }) => {
      const [headers, wrong] = [
        apart({ Action: action.name, Version: action.version ?? version }).headers,
        [null, true],
      ]
      const { url } = anew()
      const sent = { ...(toJson(action, action.example) as object), [name]: type === 'array' ? 'a' : wrong.slice(1) }
      const body = (await (
        await fetch(url, { method: 'POST', headers, body: JSON.stringify(sent) })
      ).json()) as AnyAnswer
      expect(body.Response.Error).toStrictEqual({
        Code: 'InvalidParameter',
        Message: `The value type of parameter \`${name}\` is not valid, input type should be \`${type}\``,
      })
    })

    const list = action.v3?.errors ?? []
    test('answers no code by itself that its list and the general ones of 3.0 do not have', () => {
      const own = [...action.errors, ...cases.map(({ code }) => code)].filter((code) => code !== 'within')
      const words = own.map((code) => inWordsOf('v3', action, fail(code as ErrorCode)).error.code)
      expect(words.filter((code) => !list.includes(code) && !/^(Invalid|Missing)Parameter$/.test(code))).toStrictEqual(
        [],
      )
    })

    test.each(list)('%s can be forced', async (code) => {
      const { url } = anew()
      const { headers } = apart({ Action: action.name, Version: action.version ?? version })
      const forced = { ...headers, 'X-Emulator-Error': code }
      const body = (await (await fetch(url, { method: 'POST', headers: forced })).json()) as AnyAnswer
      expect(body.Response.Error.Code).toBe(code)
      expect(forcedInWordsOf('v3', action, fail(code)).error.code).toBe(code)
    })
  }
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
