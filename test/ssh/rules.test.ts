import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { createKey, instance, latestLogin, logIn, loginCode, logins, runIn, ssh, startBound } from '../support/ssh.ts'
import { testWith } from '../support/tools.ts'

const action = 'SshLogin'

describe('a rule for SshLogin', () => {
  test('refuses a login with its code and message, as often as it says', async () => {
    const { emulator, key } = await startBound()
    const rule = await emulator.faults.add({ action, next: 1, error: 'locked', message: 'Not now.' })
    expect(rule).not.toHaveProperty('warning')
    expect(await loginCode(emulator, key.privateKey)).toBe('locked')
    expect(await latestLogin(emulator)).toMatchObject({
      message: 'Not now.',
      faults: ['fault-1'],
      signature: 'unchecked',
    })
    expect(await loginCode(emulator, key.privateKey)).toBe('Success')
    expect(await emulator.faults.list()).toMatchObject([{ matched: 2, hits: 1 }])
  })

  testWith('ssh')('counts a key that OpenSSH asks about and then signs with once', async () => {
    const { emulator, key } = await startBound()
    await emulator.faults.add({ action, after: 1, error: 'locked' })
    expect((await ssh(emulator, key.privateKey, ['true'])).status).toBe(0)
    expect((await ssh(emulator, key.privateKey, ['true'])).status).toBe(255)
    expect(await emulator.faults.list()).toMatchObject([{ matched: 2, hits: 1 }])
  })

  test('matches by instance, key and account', async () => {
    const { emulator, key } = await startBound()
    const [{ fingerprints } = { fingerprints: { sha256: '' } }] = (await emulator.keyPairs.list()).keyPairs
    const of = (InstanceId: string, Fingerprint: string) => ({ parameters: { InstanceId, Fingerprint } })
    await emulator.faults.add({ action, ...of(instance, 'SHA256:other'), error: 'a' })
    await emulator.faults.add({ action, ...of('ins-00000000', fingerprints.sha256), error: 'b' })
    await emulator.faults.add({ action, account: 'other', error: 'c' })
    expect(await loginCode(emulator, key.privateKey)).toBe('Success')
    await emulator.faults.add({
      action: 'sshLogin',
      ...of(instance, fingerprints.sha256),
      account: 'default',
      error: 'd',
    })
    expect(await loginCode(emulator, key.privateKey)).toBe('d')
  })

  test('delays a login, even one that is refused', async () => {
    const { emulator, key } = await startBound()
    await emulator.faults.add({ action, delay: 40 })
    expect(await loginCode(emulator, key.privateKey)).toBe('Success')
    expect(await loginCode(emulator, (await createKey(emulator, 'other')).privateKey)).toBe('key-not-bound')
    for (const entry of await logins(emulator)) {
      expect(entry.durationMs).toBeGreaterThanOrEqual(39)
      expect(entry.faults).toStrictEqual(['fault-1'])
    }
  })

  test('drops the connection before the answer', async () => {
    const { emulator, key } = await startBound()
    await emulator.faults.add({ action, drop: 'before' })
    await expect(logIn(emulator, key.privateKey)).rejects.toThrow(/closed|ECONNRESET|lost/i)
    expect(await latestLogin(emulator)).toMatchObject({ code: 'Dropped before', faults: ['fault-1'] })
  })

  test('drops the connection in the middle of the first output', async () => {
    const { emulator, key } = await startBound()
    await emulator.faults.add({ action, drop: 'middle' })
    const client = await logIn(emulator, key.privateKey)
    client.on('error', () => {})
    expect(await runIn(client, 'echo 1234567')).toStrictEqual({ stdout: '1234', stderr: '', code: undefined })
    expect(await latestLogin(emulator)).toMatchObject({ code: 'Dropped middle', signature: 'valid' })
  })

  test.each([{ status: 503 as const }, { answer: {} }, { error: 'x', service: 'cvm' }, { error: 'x', version: '1' }])(
    'cannot have %j',
    async (rule) => {
      const { emulator } = await startBound()
      const [name] = Object.keys(rule).slice(-1)
      const message = `A fault has \`${name}\`, which a login by SSH does not have; use error, delay or drop.`
      await expect(emulator.faults.add({ action, ...rule })).rejects.toThrow(message)
      expect((await control(emulator.url, 'POST', '/faults', { action, ...rule })).body.error.message).toBe(message)
    },
  )

  test('matches no call of the API, whatever that calls itself', async () => {
    const { emulator } = await startBound()
    await emulator.faults.add({ action, error: 'x' })
    expect((await call(emulator, action)).Response.Error.Code).toBe('InvalidAction.NotFound')
    expect(await emulator.faults.list()).toMatchObject([{ matched: 0 }])
  })
})

test('no other rule and no option for calls meets a login', async () => {
  const { emulator, key } = await startBound({ latency: 30, rateLimit: 100 })
  await emulator.faults.add({ error: 'InternalServerError' })
  await emulator.faults.add({ action: 'DescribeInstances', delay: 1000 })
  const before = await emulator.faults.list()
  expect(await loginCode(emulator, key.privateKey)).toBe('Success')
  expect(await latestLogin(emulator)).toMatchObject({ faults: [] })
  expect(await emulator.faults.list()).toStrictEqual(before)
})
