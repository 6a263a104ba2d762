import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { type Action, isIn } from '../../src/core/action.ts'
import { fieldsOf } from '../../src/core/answer.ts'
import type { ApiVersion } from '../../src/core/api-version.ts'
import { type ErrorCode, fail } from '../../src/core/errors.ts'
import { ofApiVersion } from '../../src/core/schema.ts'
import { translateError, translateForcedError } from '../../src/core/translation.ts'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import counts from '../data/conformance-counts.json' with { type: 'json' }
import { type AnyAnswer, version } from '../support/api.ts'
import { type Change, casesOf, withNul } from '../support/conformance-cases.ts'
import { publicKey } from '../support/keys.ts'
import { mismatches } from '../support/mismatches.ts'
import { apart, toJson, type Way, waysOf30, waysOf2017 } from '../support/wire-ways.ts'

/** Every action of both generations in every way that its declaration speaks of; an action that is added is tested by being listed. */

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
  emulator = await startEmulator({ port: 0, keyBits: 1024, poolSize: 0, fixtures })
})
afterAll(() => emulator.close())

/** The emulator as it started: to start one for each of a thousand cases would take a minute. */
function anew(): Emulator {
  emulator.reset()
  return emulator
}

const apiVersions = [
  ['2017-03-12', waysOf2017],
  ['3.0', waysOf30],
] as const satisfies readonly (readonly [ApiVersion, Record<string, Way>])[]

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
  const counted = (apiVersion: ApiVersion) =>
    Object.fromEntries(
      actions
        .filter((action) => isIn(apiVersion, action))
        .map((action) => [action.name, casesOf(action, apiVersion).length]),
    )
  expect({ '2017-03-12': counted('2017-03-12'), '3.0': counted('3.0') }).toStrictEqual(counts)
})

const all = apiVersions.flatMap(([apiVersion, ways]) =>
  actions
    .filter((action) => isIn(apiVersion, action))
    .map((action) => ({ apiVersion, ways: ways as Record<string, Way>, action, name: action.name })),
)

describe.each(all)('$generation $name', ({ apiVersion, ways, action }) => {
  const expected = (code: string) =>
    action.api === 'account' ? 4000 : translateError(apiVersion, action, fail(code as ErrorCode)).error.code
  const GET = ways.GET as Way

  test.each(Object.keys(ways))('its example by %s is answered and fits its declaration', async (way) => {
    const body = await answer(action, (params) => params, ways[way] as Way)
    expect(codeOf(action, body)).toBe(action.api === 'account' ? 0 : 'Success')
    const { RequestId: _id, code: _code, message: _message, ...fields } = body.Response ?? body
    const declared = { type: 'object', description: '', fields: fieldsOf(apiVersion, action.response) } as const
    expect(mismatches(declared, fields, '')).toStrictEqual([])
  })

  const cases = casesOf(action, apiVersion)
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

  const params = Object.keys(ofApiVersion(apiVersion, action.params))
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

  if (apiVersion === '3.0') {
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

    const list = action['3.0']?.errors ?? []
    test('answers no code by itself that its list and the general ones of 3.0 do not have', () => {
      const own = [...action.errors, ...cases.map(({ code }) => code)].filter((code) => code !== 'within')
      const words = own.map((code) => translateError('3.0', action, fail(code as ErrorCode)).error.code)
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
      expect(translateForcedError('3.0', action, fail(code)).error.code).toBe(code)
    })
  }
})
