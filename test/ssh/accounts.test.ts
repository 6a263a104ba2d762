import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { bind, createKey, instance, latestLogin, logIn, loginCode, runIn, startSsh } from '../support/ssh.ts'

describe('the key decides the account', () => {
  test('of several that have an instance with this id', async () => {
    const emulator = await startSsh()
    for (const account of ['AKIDone', 'AKIDtwo']) {
      const key = await createKey(emulator, account, { SecretId: account })
      expect(await loginCode(emulator, key.privateKey)).toBe('key-not-bound')
      await bind(emulator, key.id, { SecretId: account })
      expect(await loginCode(emulator, key.privateKey)).toBe('Success')
      expect(await latestLogin(emulator)).toMatchObject({ account })
      const client = await logIn(emulator, key.privateKey)
      expect((await runIn(client, 'cat ~/.ssh/authorized_keys')).stdout).toBe(`${key.publicKey}\n`)
    }
  })

  test('of a starting state that nothing has used yet, and after a reset', async () => {
    const key = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
    const keyPairs = [{ keyId: 'skey-00000001', keyName: 'k', publicKey: key.public }]
    const instances = [{ instanceId: instance, instanceState: 'RUNNING' as const, keyIds: ['skey-00000001'] }]
    const emulator = await startSsh({ fixtures: { accounts: { team: { keyPairs, instances } } } })
    expect(await loginCode(emulator, key.private)).toBe('Success')
    expect(await latestLogin(emulator)).toMatchObject({ account: 'team' })
    await emulator.reset()
    expect(await loginCode(emulator, key.private)).toBe('Success')
  })

  test('and of several that have it bound, the one where it opens a Linux instance that runs', async () => {
    const key = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
    const keyPairs = [{ keyId: 'skey-00000001', keyName: 'k', publicKey: key.public }]
    const bound = { instanceId: instance, instanceState: 'RUNNING' as const, keyIds: ['skey-00000001'] }
    const withDefault = (more: object) => ({
      accounts: {
        default: { keyPairs, instances: [{ ...bound, ...more }] },
        team: { keyPairs, instances: [bound] },
      },
    })
    for (const more of [{ instanceState: 'STOPPED' }, { osName: 'Windows Server 2012' }]) {
      const emulator = await startSsh({ fixtures: withDefault(more) })
      // Nothing has used the other account yet
      await call(emulator, 'DescribeInstances')
      expect(await loginCode(emulator, key.private)).toBe('Success')
      expect(await latestLogin(emulator)).toMatchObject({ account: 'team' })
    }
    const clock = '2026-01-01T00:00:00Z'
    const emulator = await startSsh({ fixtures: withDefault({}), operationDelay: 60_000, clock })
    expect(await loginCode(emulator, key.private)).toBe('Success')
    expect(await latestLogin(emulator)).toMatchObject({ account: 'default' })
    await bind(emulator, (await createKey(emulator)).id)
    expect(await loginCode(emulator, key.private)).toBe('Success')
    expect(await latestLogin(emulator)).toMatchObject({ account: 'team' })
  })

  test('and without any, it is not told', async () => {
    const emulator = await startSsh()
    for (const account of ['AKIDone', 'AKIDtwo']) await createKey(emulator, account, { SecretId: account })
    const { private: unknown } = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
    expect(await loginCode(emulator, unknown)).toBe('key-not-bound')
    expect((await latestLogin(emulator)).account).toBeUndefined()
  })
})
