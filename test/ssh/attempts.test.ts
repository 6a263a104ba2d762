import { createSign } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { startWithParts, temporaryFolder } from '../support/emulator.ts'
import { instance, latestLogin, logIn, logins, startBound, unbind } from '../support/ssh.ts'

/** An agent with one key, which signs when `sign` says so. */
const agentOf = (publicKey: string, sign: (data: Buffer) => Promise<Buffer>) =>
  new (class extends ssh2.BaseAgent {
    getIdentities(done: (error: undefined, keys: string[]) => void) {
      done(undefined, [publicKey])
    }
    sign(_key: unknown, data: Buffer, _options: object, done?: ssh2.SignCallback) {
      sign(data).then((signature) => done?.(undefined, signature), done)
    }
  })()

test('a key that is unbound after the client asked about it, and before it signed, is refused', async () => {
  const { emulator, key } = await startBound()
  const agent = agentOf(key.publicKey, async (data) => {
    await unbind(emulator, key.id)
    return createSign('sha256').update(data).sign(key.privateKey)
  })
  const more = { authHandler: [{ type: 'agent', username: instance, agent }] as never }
  await expect(logIn(emulator, '', more)).rejects.toThrow('All configured authentication methods failed')
  expect(await latestLogin(emulator)).toMatchObject({ code: 'key-not-bound', signature: 'unchecked' })
})

test('a key that would open the instance, and another method after it, are two attempts', async () => {
  const { emulator, key } = await startBound()
  const agent = agentOf(key.publicKey, () => Promise.reject(new Error('locked')))
  const methods = [
    { type: 'agent', username: instance, agent },
    { type: 'password', username: instance, password: 'x' },
  ]
  const more = { authHandler: methods as never }
  // The client calls the first failure an error, and goes on
  await logIn(emulator, '', more).catch(() => {})
  const codes = async () => (await logins(emulator)).map(({ code }) => code)
  await expect.poll(codes, { timeout: 20_000 }).toStrictEqual(['not-signed', 'method-not-supported'])
})

test('a data file that was removed refuses logins, and the log says so', async () => {
  const data = temporaryFolder()
  const emulator = await startWithParts({}, ['--ssh-port', '0', '--data', data])
  rmSync(join(data, 'cvm-emulator.db'))
  const { private: own } = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
  await expect(logIn(emulator, own)).rejects.toThrow('All configured authentication methods failed')
  expect(emulator.journal.find()).toMatchObject([{ action: 'SshLogin', code: 'InternalError' }])
  expect(emulator.log.text()).toContain('cvm-emulator.db was removed while the emulator was using it')
})
