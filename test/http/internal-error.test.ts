import { expect, test } from 'vitest'
import type { KeySource } from '../../src/keys/key-source.ts'
import type { KeyPairs } from '../../src/store/store.ts'
import { createParams, get } from '../support/api.ts'
import { brokenBy } from '../support/broken-store.ts'
import { startWithParts } from '../support/emulator.ts'

const secret = 'do-not-tell'

const brokenKeys: KeySource = {
  name: 'fresh',
  level: 0,
  next: () => Promise.reject(new Error(`the key source broke: ${secret}`)),
  prefill: async () => {},
  close: () => {},
}

/** A store that throws after it has inserted a key pair. */
const brokenStore = () =>
  brokenBy((store) => ({
    ...store,
    namespace: (account) => {
      const own = store.namespace(account)
      const insert: KeyPairs['insert'] = (keyPair) => {
        own.keyPairs.insert(keyPair)
        throw new Error(`the store broke: ${secret}`)
      }
      return { ...own, keyPairs: { ...own.keyPairs, insert } }
    },
  }))

test.each([
  ['key source', { keys: brokenKeys }, 'the key source broke'],
  ['store', { store: brokenStore() }, 'the store broke'],
] as const)(
  'when the %s throws, the answer has no details, the log has all, and the process continues',
  async (_part, parts, reason) => {
    const emulator = await startWithParts(parts)
    const { Response } = await get(emulator, createParams())
    expect(Response).toStrictEqual({
      Error: { Code: 'InternalServerError', Message: 'An internal error has occurred.' },
      RequestId: expect.any(String),
    })

    const logged = emulator.log.lines().find(({ level }) => level === 50)
    expect(logged).toMatchObject({
      requestId: Response.RequestId,
      err: { message: `${reason}: ${secret}`, stack: expect.stringMatching(/\n\s+at .*\.ts:\d+/) },
    })
    expect((await get(emulator, createParams({ KeyName: '' }))).Response.Error?.Code).toBe('InvalidKeyPairNameEmpty')
  },
)

test('a CreateKeyPair that throws stores nothing', async () => {
  const store = brokenStore()
  const emulator = await startWithParts({ store })
  await get(emulator, createParams())
  expect(store.namespace('default').keyPairs.count(0)).toBe(0)
})
