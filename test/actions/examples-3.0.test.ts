import { describe, expect, test } from 'vitest'
import examples from '../data/documented-examples.json' with { type: 'json' }
import type { AnyAnswer } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

describe('the documented examples of 3.0', () => {
  const known = {
    keyPairs: ['skey-mv9yzyjj', 'skey-4e5ty7i8', 'skey-e3r6y7ji'].map((keyId, index) => ({
      keyId,
      keyName: `k${index}`,
      publicKey: publicKey(keyId),
    })),
    instances: ['ins-1e4r6y8i', 'ins-3e56fg78', 'ins-w34e5rl9'].map((instanceId) => ({ instanceId })),
  }
  const described = {
    keyPairs: [
      {
        ...{ keyId: 'skey-1q8j7b93', keyName: 'MyKeyPair', publicKey: publicKey('d') },
        createdTime: '2025-10-16T08:12:48Z',
        tags: [{ key: 'MyKeyPairTagKey', value: 'MyKeyPairTagValue' }],
      },
    ],
  }
  const all = examples.examples.filter(({ apiVersion, request }) => apiVersion === '3.0' && request)

  test.each(all)('$id', async ({ id, action, request, response }) => {
    const emulator = await start({ fixtures: id === 'g3-describe' ? described : known })
    const sent = id === 'g3-import' ? { ...request, PublicKey: publicKey('imported') } : request
    const answer = await call30(emulator, `${action}`, sent)
    expect(comparable(answer)).toStrictEqual(comparable(response))
  })

  test('are there', () => {
    expect(all).not.toHaveLength(0)
  })

  /** The answer without ids, key material and counts. */
  function comparable(answer: AnyAnswer): unknown {
    const volatile = ['KeyId', 'PublicKey', 'PrivateKey', 'RequestId', 'TotalCount']
    return JSON.parse(JSON.stringify(answer, (name, value) => (volatile.includes(name) ? typeof value : value)))
  }
})
