import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { type Action, documentedCodes, isIn, versionOf } from '../../src/core/action.ts'
import { fieldsOf } from '../../src/core/answer.ts'
import { type ApiVersion, ofApiVersion } from '../../src/core/schema.ts'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import record from '../data/wire/conformance.json' with { type: 'json' }
import type { AnyAnswer } from '../support/api.ts'
import { type Change, casesOf, withNul } from '../support/conformance-cases.ts'
import { publicKey } from '../support/keys.ts'
import { mismatches } from '../support/mismatches.ts'
import { splitHeaders, type Transport, toJson, transportsOf30, transportsOf2017 } from '../support/transports.ts'

/**
 * Tests every action of both versions of the API against its declaration; a new action in the list is tested, too. The
 * expected codes are those of the record of the wire. A limit that disappears from a declaration has no case here, but
 * the record still has a request for it (`test/wire/record.test.ts`).
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

/** Resets the one emulator: starting another for each of a thousand cases would take a minute. */
async function resetEmulator(): Promise<Emulator> {
  await emulator.reset()
  return emulator
}

const apiVersions = [
  ['2017-03-12', transportsOf2017],
  ['3.0', transportsOf30],
] as const satisfies readonly (readonly [ApiVersion, Record<string, Transport>])[]

async function answer(action: Action, change: Change, transport: Transport): Promise<AnyAnswer> {
  const { url } = await resetEmulator()
  const params = { Action: action.name, Version: versionOf(action), ...change(action.example) }
  return (await transport(url, params, action)).json()
}

/** The code of an answer; an integer in the envelope of the account API. */
const codeOf = (action: Action, body: AnyAnswer): string | number =>
  action.api === 'account' ? body.code : (body.Response.Error?.Code ?? 'Success')

/** The recorded codes of an action, by the name of the case; undefined for an action that is not in the record. */
function recordedCodes(apiVersion: ApiVersion, action: Action): Map<string, string | number> | undefined {
  const version = apiVersion === '2017-03-12' ? '2017-03-12' : '3.0'
  const exchanges = record.find(({ name }) => name === `${version} ${action.name}`)?.exchanges
  return exchanges && new Map(exchanges.map(({ name, answer }) => [name, codeOf(action, bodyOf(answer))]))
}

const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\n\n'))) as AnyAnswer

const all = apiVersions.flatMap(([apiVersion, transports]) =>
  actions
    .filter((action) => isIn(apiVersion, action))
    .map((action) => ({ apiVersion, transports: transports as Record<string, Transport>, action, name: action.name })),
)

describe.each(all)('$apiVersion $name', ({ apiVersion, transports, action }) => {
  const GET = transports.GET as Transport
  const recorded = recordedCodes(apiVersion, action)
  const success = action.api === 'account' ? 0 : 'Success'

  test.each(Object.keys(transports))(
    'its example by %s succeeds, and the answer matches the declaration',
    async (transport) => {
      const body = await answer(action, (params) => params, transports[transport] as Transport)
      expect(codeOf(action, body)).toBe(success)
      const { RequestId: _id, code: _code, message: _message, ...fields } = body.Response ?? body
      const declared = { type: 'object', description: '', fields: fieldsOf(apiVersion, action.response) } as const
      expect(mismatches(declared, fields, '')).toStrictEqual([])
    },
  )

  const cases = casesOf(action, apiVersion)
  test.each(cases)('$what: $code', async ({ what, change, code }) => {
    const answered = codeOf(action, await answer(action, change, GET))
    const expected = recorded?.get(what)
    if (expected !== undefined) expect(answered).toBe(expected)
    // For a case that is not in the record, the test of the action checks the code
    else if (code !== 'within') expect(answered).not.toBe(success)
    if (apiVersion === '3.0' && answered !== success) {
      expect([...documentedCodes('3.0', action), 'InvalidParameter', 'MissingParameter']).toContain(answered)
    }
  })

  const params = Object.keys(ofApiVersion(apiVersion, action.params))
  test.each(params.flatMap((name) => Object.keys(transports).map((transport) => [name, transport])))(
    '%s is read by %s',
    async (name = '', transport = '') => {
      const byGet = await answer(action, withNul(action, name), GET)
      const byTransport = await answer(action, withNul(action, name), transports[transport] as Transport)
      // A JSON body has types, and a wrong type has its own code
      const param = action.params[name]
      const wrongType = transport === 'JSON' && param?.type !== 'string' && !(param && 'textInJson' in param)
      expect(codeOf(action, byTransport)).toBe(wrongType ? 'InvalidParameter' : codeOf(action, byGet))
      expect(codeOf(action, byTransport)).not.toBe(
        codeOf(action, await answer(action, (sent) => sent, transports[transport] as Transport)),
      )
    },
  )

  if (apiVersion === '3.0') {
    test.each(Object.entries(action.params))('%s of another type in JSON is refused', async (name, { type }) => {
      const [headers, wrong] = [splitHeaders({ Action: action.name, Version: versionOf(action) }).headers, [null, true]]
      const { url } = await resetEmulator()
      const sent = { ...(toJson(action, action.example) as object), [name]: type === 'array' ? 'a' : wrong.slice(1) }
      const body = (await (
        await fetch(url, { method: 'POST', headers, body: JSON.stringify(sent) })
      ).json()) as AnyAnswer
      expect(body.Response.Error).toStrictEqual({
        Code: 'InvalidParameter',
        Message: `The value type of parameter \`${name}\` is not valid, input type should be \`${type}\``,
      })
    })

    test.each(documentedCodes('3.0', action))('%s can be forced', async (code) => {
      const { url } = await resetEmulator()
      const { headers } = splitHeaders({ Action: action.name, Version: versionOf(action) })
      const forced = { ...headers, 'X-Emulator-Error': code }
      const body = (await (await fetch(url, { method: 'POST', headers: forced })).json()) as AnyAnswer
      expect(body.Response.Error.Code).toBe(code)
    })
  }
})
