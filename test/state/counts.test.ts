import { describe, expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { expectLoadable, expectLoadableIn } from '../support/loadable.ts'

describe('in a document there may be', () => {
  const credentials = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, n) => ({ secretId: `${prefix}${n}`, secretKey: 'some-secret-key' }))

  test('a thousand credentials, together with those that are known', async () => {
    const emulator = await start()
    const put = async (list: object[]) => control(emulator.url, 'PUT', '/state', JSON.stringify({ credentials: list }))
    expect((await put(credentials(1001, 'a'))).body.error.message).toBe(
      'state: /credentials must be a list of 0 to 1000 (a list of credentials).',
    )
    expect((await put(credentials(600, 'a'))).status).toBe(200)
    expect((await put(credentials(401, 'b'))).body.error.message).toBe(
      'state: /credentials and those that the emulator has already may be 1000 in all, not 1001.',
    )
    expect((await emulator.state.export()).credentials).toHaveLength(600)
    expect((await put(credentials(400, 'b'))).status).toBe(200)
    await expectLoadableIn(emulator, [emulator])
  })

  test('ten thousand counts of requests', async () => {
    const emulator = await start({ keySource: 'seeded', seed: 's' })
    const put = async (count: number) => {
      const requests = Object.fromEntries(Array.from({ length: count }, (_, n) => [`account${n}`, n]))
      return control(emulator.url, 'PUT', '/state', JSON.stringify({ requests }))
    }
    expect((await put(10_001)).body.error.message).toContain(
      'state: /requests must be an object of 0 to 10000 members (number of requests by account, ',
    )
    expect((await put(10_000)).status).toBe(200)
    // One more account
    expect(await createCode(emulator, { SecretId: 'other' })).toBe('Success')
    await expectLoadableIn(emulator, [emulator])
  })
})

test('an account with counters that was not used yet is exported as an import restores it', async () => {
  const keyPairs = [{ keyName: 'a', publicKey: publicKey('a') }]
  const fixtures = { accounts: { one: { keyPairs, numbers: { creates: 1 } } } }
  await expectLoadable(await start({ clock: '2017-03-12T08:00:00Z', fixtures }))
})
