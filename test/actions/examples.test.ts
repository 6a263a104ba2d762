import { expect, test } from 'vitest'
import { createIds } from '../../src/system/ids.ts'
import documented from '../data/documented-examples.json' with { type: 'json' }
import { type AnyAnswer, type Sent, target } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const examples = documented.examples.filter(
  ({ apiVersion, request }) => request && (apiVersion === '2017-03-12' || apiVersion === 'account'),
)

/** The key pairs and instances of the documented examples. */
const fixtures = {
  keyPairs: [
    { keyId: 'skey-mv9yzyjj', keyName: 'Tencent', publicKey: publicKey('a'), createdTime: '2016-12-02T00:22:40Z' },
    { keyId: 'skey-4e5ty7i8', keyName: 'other', publicKey: publicKey('b') },
  ],
  instances: [{ instanceId: 'ins-1e4r6y8i' }, { instanceId: 'ins-3e56fg78' }],
}

/**
 * For each example: the values of its placeholders, and the fields that only the emulator's answer has
 * (docs/behaviour.md#times-of-a-key-pair).
 */
const fillings: Record<string, Sent> = { 'g2-import': { PublicKey: `${publicKey('c')} skey_45071` } }
const additions: Record<string, readonly string[]> = { 'g2-describe': ['ProjectId', 'CreatedTime'] }

test('there are documented examples', () => {
  expect(examples).not.toHaveLength(0)
})

test.each(examples)('$id: the documented request gets the documented answer', async ({ id, request, response }) => {
  const withoutTencent = { keyPairs: [], instances: [] }
  const emulator = await start({ fixtures: id === 'g2-create' ? withoutTencent : fixtures })
  const params = { ...(request as unknown as Sent), ...fillings[id] }
  const answer = (await (await fetch(emulator.url + target(params))).json()) as AnyAnswer
  expect(comparable(answer, additions[id])).toBe(comparable(response, []))
})

/** The answer as text, so that the order of fields counts, without ids, key material and additional fields. */
function comparable(answer: unknown, added: readonly string[] = []): string {
  const volatile = ['KeyId', 'PublicKey', 'PrivateKey', 'RequestId']
  return JSON.stringify(answer, (name, value) => {
    if (added.includes(name)) return undefined
    return volatile.includes(name) ? typeof value : value
  })
}

test('the ids of the examples have the same form as generated ones', () => {
  const ids = createIds({
    now: () => new Date(0),
    random: () => (size) => new Uint8Array(size).fill(0x11),
    repeatable: false,
  })
  expect(ids.keyId('default', 1, 0)).toMatch(/^skey-[0-9a-z]{8}$/)
  expect(ids.requestId()).toBe('11111111-1111-4111-9111-111111111111')
})
