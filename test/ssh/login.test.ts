import { generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { startWithParts } from '../support/emulator.ts'
import {
  addressOf,
  bind,
  instance,
  latestLogin,
  logIn,
  loginCode,
  logins,
  runIn,
  ssh,
  startBound,
  startSsh,
  unbind,
} from '../support/ssh.ts'
import { run, testWith } from '../support/tools.ts'

const generations = {
  '2017-03-12': (url: string, action: string, params: Sent) => call({ url }, action, params),
  '3.0': (url: string, action: string, { KeyName, ProjectId, ...params }: Sent) => {
    const one = (name: string) => params[`${name}.0`] && { [name]: [params[`${name}.0`]] }
    const given = { ...(KeyName && { KeyName }), ...(ProjectId && { ProjectId: Number(ProjectId) }) }
    const force = params.ForceStop && { ForceStop: true }
    return call30({ url }, action, { ...given, ...one('KeyIds'), ...one('InstanceIds'), ...force })
  },
}

describe.each(Object.entries(generations))('in %s, over HTTP and ssh alone', (_version, api) => {
  testWith('ssh')('a key pair opens the instance that it is bound to, and no longer after that', async () => {
    const emulator = await startSsh()
    const { url } = emulator
    const { KeyPair } = (await api(url, 'CreateKeyPair', { KeyName: 'web', ProjectId: '0' })).Response
    const both = { ...list('KeyIds', [KeyPair.KeyId]), ...list('InstanceIds', [instance]), ForceStop: 'TRUE' }
    const login = (command: string) => ssh(emulator, KeyPair.PrivateKey, [command])
    const refused = { status: 255, output: expect.stringContaining('Permission denied (publickey).') }

    expect(await login('true')).toStrictEqual(refused)
    expect((await api(url, 'AssociateInstancesKeyPairs', both)).Response).not.toHaveProperty('Error')
    expect(await login('cat ~/.ssh/authorized_keys')).toStrictEqual({ status: 0, output: `${KeyPair.PublicKey}\n` })
    expect(await login('exit 3')).toStrictEqual({ status: 3, output: '' })
    expect((await api(url, 'DisassociateInstancesKeyPairs', both)).Response).not.toHaveProperty('Error')
    expect(await login('true')).toStrictEqual(refused)
    expect((await api(url, 'DeleteKeyPairs', list('KeyIds', [KeyPair.KeyId]))).Response).not.toHaveProperty('Error')
    const { InstanceSet } = (await api(url, 'DescribeInstances', {})).Response
    expect(InstanceSet).toMatchObject([{ InstanceId: instance, LoginSettings: { KeyIds: [] } }])
    const journal = (await (await fetch(`${url}/_emulator/journal?action=SshLogin`)).json()) as {
      entries: { code: string }[]
    }
    expect(journal.entries.map(({ code }) => code)).toStrictEqual([
      'key-not-bound',
      'Success',
      'Success',
      'key-not-bound',
    ])
  })
})

describe('the journal says why a key does not get in:', () => {
  test('instance-stopped, also while an operation is in progress, and instance-not-running', async () => {
    const { emulator, key } = await startBound({ operationDelay: 60_000, clock: '2026-01-01T00:00:00Z' })
    expect(await loginCode(emulator, key.privateKey)).toBe('instance-stopped')
    await emulator.clock.advance(60_000)
    expect(await loginCode(emulator, key.privateKey)).toBe('Success')
    await emulator.instances.update(instance, { instanceState: 'STOPPED' })
    expect(await loginCode(emulator, key.privateKey)).toBe('instance-stopped')
    await emulator.instances.update(instance, { instanceState: 'REBOOTING' })
    expect(await loginCode(emulator, key.privateKey)).toBe('instance-not-running')
    expect(await latestLogin(emulator)).toMatchObject({ message: `\`${instance}\` is REBOOTING; it must be RUNNING.` })
  })

  test('instance-is-windows', async () => {
    const { emulator, key } = await startBound()
    await emulator.instances.update(instance, { osName: 'Windows Server 2012' })
    expect(await loginCode(emulator, key.privateKey)).toBe('instance-is-windows')
  })

  test('instance-not-found, for an instance that was removed, and for a user name without one', async () => {
    const { emulator, key } = await startBound()
    await emulator.instances.remove(instance)
    expect(await loginCode(emulator, key.privateKey)).toBe('instance-not-found')
    expect(await loginCode(emulator, key.privateKey, { username: 'root' })).toBe('instance-not-found')
  })

  test('key-not-bound, for a key that is bound to another instance, not bound, or deleted', async () => {
    const other = 'ins-3e56fg78'
    const { emulator, key } = await startBound()
    await emulator.instances.add({ instanceId: other, instanceState: 'RUNNING' })
    expect(await loginCode(emulator, key.privateKey, { username: other })).toBe('key-not-bound')
    await unbind(emulator, key.id)
    expect(await loginCode(emulator, key.privateKey)).toBe('key-not-bound')
    await call(emulator, 'DeleteKeyPairs', list('KeyIds', [key.id]))
    expect(await loginCode(emulator, key.privateKey)).toBe('key-not-bound')
    expect(await latestLogin(emulator)).toMatchObject({ account: 'default', signature: 'unchecked' })
  })

  test('method-not-supported, for a password', async () => {
    const { emulator } = await startBound()
    await expect(logIn(emulator, '', { privateKey: undefined as never, password: 'guess' })).rejects.toThrow(
      'All configured authentication methods failed',
    )
    // The client has no password after it learnt that keys alone are accepted
    const methods = await new Promise((resolve) => {
      const client = new ssh2.Client()
      const authHandler = (left: unknown, _partial: unknown, next: (method: unknown) => void) => {
        if (left === null) next({ type: 'password', username: instance, password: 'guess' })
        else {
          resolve(left)
          next(false)
        }
      }
      client
        .on('error', () => {})
        .connect({ ...addressOf(emulator), username: instance, authHandler: authHandler as never })
    })
    expect(methods).toStrictEqual(['publickey'])
    expect(await latestLogin(emulator)).toMatchObject({
      code: 'method-not-supported',
      parameters: { InstanceId: instance },
    })
  })

  const dsa = () => {
    const { privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
    const { output } = run(
      'openssl',
      ['pkey', '-traditional'],
      `${privateKey.export({ type: 'pkcs8', format: 'pem' })}`,
    )
    return /-----BEGIN[\s\S]*-----END DSA PRIVATE KEY-----/.exec(output)?.[0] ?? output
  }
  const otherKeys = {
    ed25519: () => ssh2.utils.generateKeyPairSync('ed25519').private,
    ecdsa: () => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private,
    dsa,
  }
  for (const [type, create] of Object.entries(otherKeys)) {
    testWith('openssl')(`key-type-not-supported, for ${type}`, async () => {
      const { emulator } = await startBound()
      await expect(logIn(emulator, create())).rejects.toThrow('All configured authentication methods failed')
      expect(await latestLogin(emulator)).toMatchObject({
        code: 'key-type-not-supported',
        message: expect.stringMatching(
          /^The key is (ssh-ed25519|ecdsa-sha2-nistp256|ssh-dss); key pairs are ssh-rsa\.$/,
        ),
        parameters: { Fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/) },
      })
    })
  }
})

test('an entry of the journal says who got in where, with what, and for how long it waited', async () => {
  const { emulator, key } = await startBound()
  await (await logIn(emulator, key.privateKey, { username: `ubuntu+${instance}` })).end()
  const { keyPairs } = await emulator.keyPairs.list()
  expect(await logins(emulator)).toStrictEqual([
    {
      sequence: 3,
      time: expect.any(Date),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      apiVersion: 'ssh',
      client: expect.stringMatching(/^ssh2js/),
      account: 'default',
      action: 'SshLogin',
      region: 'ap-guangzhou',
      parameters: { InstanceId: instance, Fingerprint: keyPairs[0]?.fingerprints.sha256, User: 'ubuntu' },
      signature: 'valid',
      code: 'Success',
      durationMs: expect.any(Number),
      faults: [],
    },
  ])
})

test('an imported key pair opens its instance, too', async () => {
  const emulator = await startSsh()
  const own = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
  const imported = await call(emulator, 'ImportKeyPair', { KeyName: 'own', ProjectId: '0', PublicKey: own.public })
  await bind(emulator, imported.Response.KeyId)
  expect(await loginCode(emulator, own.private)).toBe('Success')
})

test('a change takes effect at the next connection', async () => {
  const { emulator, key } = await startBound()
  const client = await logIn(emulator, key.privateKey)
  await unbind(emulator, key.id)
  expect(await runIn(client, 'cat .ssh/authorized_keys')).toStrictEqual({ stdout: '', stderr: '', code: 0 })
  expect(await loginCode(emulator, key.privateKey)).toBe('key-not-bound')
})

test('a login changes none of the ids that follow from a seed', async () => {
  const idsWith = async (count: number) => {
    const { emulator, key } = await startBound({ keySource: 'seeded', seed: 'ssh' })
    for (let i = 0; i < count; i++) await loginCode(emulator, key.privateKey)
    return (await call(emulator, 'DescribeKeyPairs')).Response.RequestId
  }
  expect(await idsWith(2)).toBe(await idsWith(0))
})

test('secrets in what a client sends are hidden in log and journal', async () => {
  const fixtures = { credentials: [{ secretId: 'AKIDone', secretKey: 'a-secret-key-to-hide' }] }
  const emulator = await startWithParts({ fixtures }, ['--ssh-port', '0'])
  await logIn({ ssh: emulator.ssh }, ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private, {
    username: 'a-secret-key-to-hide+ins-00000000',
    ident: 'client_a-secret-key-to-hide',
  }).catch(() => {})
  const [entry] = emulator.journal.find()
  expect(entry).toMatchObject({ code: 'instance-not-found', client: '[redacted]', parameters: { User: '[redacted]' } })
  expect(JSON.stringify(entry) + emulator.log.text()).not.toContain('a-secret-key')
})
