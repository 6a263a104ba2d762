import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { type Action, isIn } from '../../src/core/action.ts'
import { fieldsOf } from '../../src/core/answer.ts'
import type { ApiVersion } from '../../src/core/api-version.ts'
import { ofApiVersion } from '../../src/core/schema.ts'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import record from '../data/wire/conformance.json' with { type: 'json' }
import { type AnyAnswer, version } from '../support/api.ts'
import { type Change, casesOf, withNul } from '../support/conformance-cases.ts'
import { publicKey } from '../support/keys.ts'
import { mismatches } from '../support/mismatches.ts'
import { apart, toJson, type Way, waysOf30, waysOf2017 } from '../support/wire-ways.ts'

/**
 * Every action of both generations in every way that its declaration speaks of; an action that is added is tested by being
 * listed. The expected codes are those of the record of the wire. A limit that disappears from a declaration has no case
 * here, but the record, whose requests are stored as bytes, still asks for it (`test/wire/record.test.ts`).
 */

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

/** The codes that the record of the wire has for an action, by the name of the case; undefined for an action that is new. */
function recordedCodes(apiVersion: ApiVersion, action: Action): Map<string, string | number> | undefined {
  const version = apiVersion === '2017-03-12' ? '2017-03-12' : '3.0'
  const exchanges = record.find(({ name }) => name === `${version} ${action.name}`)?.exchanges
  return exchanges && new Map(exchanges.map(({ name, answer }) => [name, codeOf(action, bodyOf(answer))]))
}

const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\n\n'))) as AnyAnswer

const all = apiVersions.flatMap(([apiVersion, ways]) =>
  actions
    .filter((action) => isIn(apiVersion, action))
    .map((action) => ({ apiVersion, ways: ways as Record<string, Way>, action, name: action.name })),
)

describe.each(all)('$apiVersion $name', ({ apiVersion, ways, action }) => {
  const GET = ways.GET as Way
  const recorded = recordedCodes(apiVersion, action)
  const success = action.api === 'account' ? 0 : 'Success'

  test.each(Object.keys(ways))('its example by %s is answered and fits its declaration', async (way) => {
    const body = await answer(action, (params) => params, ways[way] as Way)
    expect(codeOf(action, body)).toBe(success)
    const { RequestId: _id, code: _code, message: _message, ...fields } = body.Response ?? body
    const declared = { type: 'object', description: '', fields: fieldsOf(apiVersion, action.response) } as const
    expect(mismatches(declared, fields, '')).toStrictEqual([])
  })

  const cases = casesOf(action, apiVersion)
  test.each(cases)('$what: $code', async ({ what, change, code }) => {
    const answered = codeOf(action, await answer(action, change, GET))
    const expected = recorded?.get(what)
    if (expected !== undefined) expect(answered).toBe(expected)
    // What is newer than the record is refused; the action's own test says by which code
    else if (code !== 'within') expect(answered).not.toBe(success)
    if (apiVersion === '3.0' && answered !== success) {
      expect([...(action['3.0']?.errors ?? []), 'InvalidParameter', 'MissingParameter']).toContain(answered)
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

    test.each(action['3.0']?.errors ?? [])('%s can be forced', async (code) => {
      const { url } = anew()
      const { headers } = apart({ Action: action.name, Version: action.version ?? version })
      const forced = { ...headers, 'X-Emulator-Error': code }
      const body = (await (await fetch(url, { method: 'POST', headers: forced })).json()) as AnyAnswer
      expect(body.Response.Error.Code).toBe(code)
    })
  }
})
