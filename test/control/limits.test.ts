import { describe, expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'

describe.each(ways)('%s the limit of key pairs', (way) => {
  test('is raised, lowered and restored, for all accounts or for one', async () => {
    const emulator = await start({ keyPairLimit: 1 })
    const { limit, setLimit } = controls(emulator, way)
    const create = (KeyName: string, SecretId: string) => createCode(emulator, { KeyName, SecretId })
    expect([await create('a', 'one'), await create('b', 'one')]).toStrictEqual([
      'Success',
      'InvalidKeyPair.LimitExceeded',
    ])
    await setLimit(2, 'one')
    expect([await limit(), await limit('one'), await limit('two')]).toStrictEqual([1, 2, 1])
    expect([await create('b', 'one'), await create('c', 'one')]).toStrictEqual([
      'Success',
      'InvalidKeyPair.LimitExceeded',
    ])
    await setLimit(0)
    expect([await limit(), await limit('one'), await create('a', 'two')]).toStrictEqual([
      0,
      2,
      'InvalidKeyPair.LimitExceeded',
    ])
    await setLimit(null)
    await setLimit(null, 'one')
    expect([await limit(), await limit('one')]).toStrictEqual([1, 1])
  })
})

test('a limit that was set survives a restart, but not a reset', async () => {
  const data = temporaryFolder()
  const first = await start({ data })
  await first.limits.setKeyPairs(7)
  await first.limits.setKeyPairs(3, 'one')
  await first.close()
  const second = await start({ data })
  expect([await second.limits.keyPairs(), await second.limits.keyPairs('one')]).toStrictEqual([7, 3])
  await second.reset('one')
  expect([await second.limits.keyPairs(), await second.limits.keyPairs('one')]).toStrictEqual([7, 7])
  await second.reset()
  expect(await second.limits.keyPairs('one')).toBe(100)
})

test.each([
  [{}, 'body must have the member `keyPairs`.'],
  [{ keyPairs: -1 }, 'body/keyPairs is -1; it must be an integer from 0 to 1000000 or null.'],
  [{ keyPairs: '5' }, 'body/keyPairs is "5"; it must be an integer from 0 to 1000000 or null.'],
  [{ keyPairs: 5, project: 0 }, 'body has an unknown member `project`; valid members: keyPairs, account.'],
  [{ keyPair: 5 }, 'body has an unknown member `keyPair` (did you mean keyPairs?); valid members: keyPairs, account.'],
  [{ keyPairs: {} }, 'body/keyPairs is an object; it must be an integer from 0 to 1000000 or null.'],
  [
    { keyPairs: 'a'.repeat(65) },
    'body/keyPairs is a text of length 65; it must be an integer from 0 to 1000000 or null.',
  ],
  [{ keyPairs: '"' }, 'body/keyPairs is a text of length 1; it must be an integer from 0 to 1000000 or null.'],
])('POST /limits %j is rejected', async (body, message) => {
  const { url } = await start()
  expect(await control(url, 'POST', '/limits', body)).toMatchObject({ status: 400, body: { error: { message } } })
})
