import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.js'
import { type AnyAnswer, call, createCode, createParams, get, list, type Sent } from '../support/api.js'
import { brokenBy } from '../support/broken-store.js'
import { control, controls, ways } from '../support/controls.js'
import { start, startBuilt, startWithParts, temporaryFolder } from '../support/emulator.js'
import { publicKey } from '../support/keys.js'
import { credential, sign } from '../support/sign.js'

const fixtures = {
  projects: [7, { projectId: 8, projectName: 'eight' }],
  limits: { keyPairs: 9 },
  credentials: [{ ...credential, account: 'team' }],
  keyPairs: [
    { keyName: 'first', publicKey: publicKey('first'), createdTime: '2017-01-01T00:00:00Z' },
    { keyName: 'image', publicKey: publicKey('image'), usedByImage: true, description: 'of an image' },
  ],
  instances: [{ instanceId: 'ins-00000000', instanceState: 'RUNNING' as const }],
  accounts: { untouched: { projects: [9], limits: { keyPairs: 2 } }, empty: { keyPairs: [], instances: [] } },
}

/** Something of everything, in several accounts. */
async function use(emulator: Emulator): Promise<void> {
  const { url } = emulator
  const create = async (KeyName: string, more: Sent = {}) =>
    (await get(emulator, createParams({ KeyName, ...more }))).Response.KeyPair?.KeyId ?? 'none'
  const [a, b] = [await create('a'), await create('b', { ProjectId: '7' })]
  await create('gone')
  await call(emulator, 'DeleteKeyPairs', { 'KeyIds.0': await create('deleted') })
  await call(emulator, 'ModifyKeyPairAttribute', { KeyId: a, Description: 'changed 说明' })
  await call(emulator, 'ImportKeyPair', { KeyName: 'i', ProjectId: '0', PublicKey: publicKey('i'), SecretId: 'other' })
  await call(emulator, 'AssociateInstancesKeyPairs', {
    ...list('InstanceIds', ['ins-00000000']),
    ...list('KeyIds', [b, a]),
    ForceStop: 'TRUE',
  })
  await call(emulator, 'AddProject', { projectName: 'added', projectDesc: 'described' })
  await control(url, 'POST', '/projects', { projectId: 11 })
  await control(url, 'POST', '/instances', { instanceId: 'ins-11111111', account: 'other', osName: 'Windows' })
  emulator.limits.setKeyPairs(20, 'other')
  emulator.faults.add({ action: 'AddProject', after: 2, error: 'InternalError' })
  await call(emulator, 'AddProject', { projectName: 'more' })
}

const firstUsed = ['untouched', 'unknown']
const accounts = ['', 'other', 'empty', ...firstUsed]

/** What each account sees, as text. */
async function seen({ url }: Emulator): Promise<string[]> {
  const calls = accounts.flatMap((SecretId) => [
    { Action: 'DescribeKeyPairs', SecretId },
    { Action: 'DescribeInstances', SecretId },
    { Action: 'DescribeProject', SecretId },
  ])
  const texts = calls.map(async (params) => {
    const query = new URLSearchParams({ Version: '2017-03-12', ...params })
    const text = await (await fetch(`${url}/v2/index.php?${query}`)).text()
    // Of what an account gets at its first use only the ids are by chance
    return text
      .replace(/"RequestId":"[^"]*"/, '')
      .replaceAll(/"KeyId":"[^"]*"/g, firstUsed.includes(params.SecretId) ? '' : '$&')
  })
  return Promise.all(texts)
}

const clock = '2017-03-12T08:00:00Z'

describe.each(ways)('%s', (way) => {
  test('an emulator that imports what another exported answers byte for byte the same, and goes on the same', async () => {
    const one = await start({ clock, fixtures, operationDelay: 60_000 })
    await use(one)
    await one.clock.advance(1000)
    const document = await controls(one, way).exportState()
    const other = await start({
      projects: [1],
      keyPairLimit: 1,
      auth: 'known',
      fixtures: { credentials: fixtures.credentials },
    })
    await createCode(other, { KeyName: 'forgotten' })
    await controls(other, way).importState(document)

    expect(await controls(other, way).exportState()).toStrictEqual(document)
    expect(await seen(other)).toStrictEqual(await seen(one))
    const next = async (emulator: Emulator, SecretId: string) => {
      const { Response } = await get(emulator, createParams({ KeyName: 'next', SecretId }))
      return Response.KeyPair?.PublicKey.split(' ')[2] ?? Response.Error?.Code
    }
    for (const account of accounts) expect(await next(other, account), account).toBe(await next(one, account))
    const added = async (emulator: Emulator) => call(emulator, 'AddProject', { projectName: 'third' })
    expect(await added(other)).toStrictEqual(await added(one))
    expect((await added(one)).code).toBe(6000)
  })

  test('a document without private keys, SecretKeys and tokens; import keeps the SecretKeys that are loaded', async () => {
    const emulator = await start({ clock, fixtures: { credentials: [{ ...credential, token: 'a-token' }] } })
    const { exportState, importState } = controls(emulator, way)
    await createCode(emulator)
    const document = await exportState()
    expect(document.credentials).toStrictEqual([{ secretId: credential.secretId }])
    const text = JSON.stringify(document)
    expect(['PRIVATE', credential.secretKey, 'a-token'].filter((secret) => text.includes(secret))).toStrictEqual([])
    await importState(document)
    const signed = async (Token: string) =>
      (await get(emulator, sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Token }))).Response.Error?.Code
    expect([await signed('a-token'), await signed('another')]).toStrictEqual([
      undefined,
      'InvalidRequest.TokenCheckFailed',
    ])
    const unknown = importState({ credentials: [{ secretId: 'AKIDnew' }] })
    await expect(unknown).rejects.toThrow('/credentials/0 has no secretKey, and none is known of its secretId.')
    await importState({ credentials: [{ secretId: 'AKIDnew', secretKey: 'k' }] })
    expect((await exportState()).credentials).toStrictEqual([
      { secretId: credential.secretId },
      { secretId: 'AKIDnew' },
    ])
  })

  test.each([
    ['is no document', [], 'state: / must be object'],
    ['is newer', { version: 2 }, 'state: /version is 2, of a newer cvm-emulator; this one reads up to 1.'],
    [
      'is wrong',
      { accounts: { a: { keyPairs: [{}] } } },
      "state: /accounts/a/keyPairs/0 must have required property 'keyName'",
    ],
    [
      'contradicts itself',
      { accounts: { a: { instances: [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }] } } },
      'state: /accounts/a/instances/0/keyIds names `skey-00000000`, which is no key pair here.',
    ],
    [
      'has wrong rules',
      { faults: [{ status: 500 }, { next: 1 }] },
      'state: /faults/1 must have one of error, status, drop, or delay.',
    ],
    [
      'has a rule twice',
      {
        faults: [
          { id: 'a', delay: 1 },
          { id: 'a', delay: 1 },
        ],
      },
      'state: /faults/1/id must differ from those before it.',
    ],
    ['has an impossible clock', { clock: { ahead: 9e15 } }, 'state: /clock/ahead must be <= 250000000000000'],
    [
      'has a clock that both stands and runs',
      { clock: { ahead: 1, frozen: clock } },
      'state: /clock may have one of frozen, ahead at most.',
    ],
    [
      'has a rule of no action',
      { faults: [{ action: 'Nope', delay: 1 }] },
      'state: /faults/0/action is no action here.',
    ],
    ['is of no version', { version: 0 }, 'state: /version must be >= 1'],
    [
      'contradicts itself for accounts that it does not name',
      {
        keyPairs: [1, 2].map(() => ({ keyName: 'a', publicKey: publicKey('a') })),
        accounts: { default: { keyPairs: [] } },
      },
      'state: /keyPairs/1/keyName is taken by another.',
    ],
  ])('what %s is refused, and everything stays as it is', async (_what, document, message) => {
    const emulator = await start({ clock, fixtures })
    await use(emulator)
    const { exportState, importState } = controls(emulator, way)
    const before = [await seen(emulator), await exportState()]
    await expect(importState(document as AnyAnswer)).rejects.toThrow(message)
    expect([await seen(emulator), await exportState()]).toStrictEqual(before)
  })
})

test('a document of an older format, without a version, is a fixture: it adds to the projects that are usual here', async () => {
  const emulator = await start({ projects: [0, 5] })
  await emulator.state.import({ projects: [7], keyPairs: [{ keyName: 'a', publicKey: publicKey('a') }] })
  const { projects } = (await control(emulator.url, 'GET', '/projects')).body
  expect([projects, await createCode(emulator, { KeyName: 'a' })]).toStrictEqual([
    [0, 5, 7],
    'InvalidKeyPairName.Duplicate',
  ])
})

test('what was exported can be a starting state of --fixtures', async () => {
  const one = await start({ clock, fixtures })
  await use(one)
  const document = one.state.export()
  const credentials = fixtures.credentials
  const other = await start({ projects: [1], fixtures: { ...document, credentials } })
  expect(await seen(other)).toStrictEqual(await seen(one))
  expect(other.faults.list()).toStrictEqual(one.faults.list())
})

test('what was imported survives a restart, is what a reset of one account goes back to, and ends with a reset of all', async () => {
  const data = temporaryFolder()
  const first = await start({ data })
  const pair = (keyName: string) => ({ keyName, publicKey: publicKey(keyName) })
  await first.state.import({ keyPairs: [pair('every')], accounts: { one: { keyPairs: [pair('own')] } } })
  await createCode(first, { KeyName: 'more', SecretId: 'one' })
  await first.close()
  const second = await start({ data })
  const names = async (SecretId: string) =>
    (await call(second, 'DescribeKeyPairs', { SecretId })).Response.KeyPairSet.map(({ KeyName }: AnyAnswer) => KeyName)
  expect([await names('one'), await names('two')]).toStrictEqual([['more', 'own'], ['every']])
  second.reset('one')
  expect(await names('one')).toStrictEqual(['own'])
  second.reset()
  expect([await names('one'), await names('two')]).toStrictEqual([[], []])
})

test('keys and ids that follow from a seed go on where the document left them', async () => {
  const seeded = () => startBuilt({ keySource: 'seeded', seed: 's', clock })
  const [one, other] = [await seeded(), await seeded()]
  const create = (emulator: Emulator, KeyName: string) => get(emulator, createParams({ KeyName, SecretId: 'a' }))
  await create(one, 'a')
  await create(one, 'b')
  await other.state.import(one.state.export())
  expect(await create(other, 'c')).toStrictEqual(await create(one, 'c'))
})

test('rules without an id get one that no rule of the document has', async () => {
  const emulator = await start({ latency: 1 })
  await emulator.state.import({ faults: [{ delay: 1 }, { id: 'fault-1', delay: 2 }] })
  expect(emulator.faults.list().map(({ id }) => id)).toStrictEqual(['fault-2', 'fault-1'])
  await emulator.state.import({})
  expect(emulator.faults.list().map(({ id }) => id)).toStrictEqual(['latency'])
})

test('comments go on behind those of the document, whatever it says of other numbers', async () => {
  const emulator = await start()
  const keyPairs = ['a', 'b'].map((keyName) => ({ keyName, publicKey: publicKey(keyName) }))
  await emulator.state.import({ accounts: { default: { keyPairs, numbers: { creates: 3 } } } })
  const { Response } = await get(emulator, createParams({ KeyName: 'c' }))
  expect(Response.KeyPair?.PublicKey.split(' ')[2]).toBe('skey_112170')
})

describe('what follows from a seed goes on', () => {
  const id = async (emulator: Emulator, SecretId: string) =>
    (await get(emulator, { Action: 'DescribeKeyPairs', Version: '2017-03-12', SecretId })).Response.RequestId

  test('with request ids of accounts that only asked, after an import, a start from the document, and resets', async () => {
    const options = { keySource: 'seeded', seed: 's', clock } as const
    const one = await startBuilt(options)
    for (const account of ['', 'only']) await id(one, account)
    const document = one.state.export()
    const expected = [await id(one, 'only'), await id(one, 'new')]
    const [imported, started] = [await startBuilt(options), await startBuilt({ ...options, fixtures: document })]
    await imported.state.import(document)
    for (const other of [imported, started]) {
      expect([await id(other, 'only'), await id(other, 'new')]).toStrictEqual(expected)
      other.reset('only')
      expect(await id(other, 'only')).toBe(expected[0])
    }
  })

  test('with moduli of recombined keys, which are not handed out again', async () => {
    const options = { keySource: 'recombined', seed: 's', keyPairLimit: 10 } as const
    const one = await startBuilt(options)
    const blob = async (emulator: Emulator, KeyName: string, SecretId: string) =>
      (await get(emulator, createParams({ KeyName, SecretId }))).Response.KeyPair?.PublicKey.split(' ')[1]
    const before = [await blob(one, 'a', 'one'), await blob(one, 'b', 'two')]
    const other = await startBuilt({ ...options, fixtures: one.state.export() })
    const next = await blob(other, 'c', 'three')
    expect(before).not.toContain(next)
    expect(next).toBe(await blob(one, 'c', 'three'))
  })

  test('and keys that were made ahead for other creates count no more', async () => {
    const emulator = await startBuilt({ keySource: 'seeded', seed: 's', poolSize: 2 })
    while (emulator.keys.level < 2) await new Promise(setImmediate)
    await emulator.state.import({ accounts: { default: { numbers: { creates: 100 } } } })
    expect(emulator.keys.level).toBe(0)
    await emulator.keys.prefill(2)
    expect(emulator.keys.level).toBe(2)
  })
})

test('a document with credentials and rules for them meets their accounts', async () => {
  const emulator = await start({ auth: 'off' })
  await emulator.state.import({
    credentials: [{ secretId: 'AKIDx', secretKey: 'some-secret-key', account: 'team' }],
    faults: [{ account: 'AKIDx', error: 'InvalidFilter' }],
  })
  expect([await createCode(emulator, { SecretId: 'AKIDx' }), await createCode(emulator)]).toStrictEqual([
    'InvalidFilter',
    'Success',
  ])
})

test('a document with the rules of options can be started with under the same options', async () => {
  const one = await start({ latency: 1 })
  const other = await start({ latency: [2, 3], fixtures: one.state.export() })
  expect(other.faults.list()).toMatchObject([{ id: 'latency', delay: [1, 1] }])
})

test('key pairs in projects that are gone are exported and imported', async () => {
  const data = temporaryFolder()
  const first = await start({ data, projects: [0, 7] })
  await createCode(first, { ProjectId: '7' })
  await first.close()
  const second = await start({ data, projects: [0] })
  const other = await start()
  await other.state.import(second.state.export())
  expect(await seen(other)).toStrictEqual(await seen(second))
})

test('an import forgets what was journaled and which nonces were used', async () => {
  const options = { clock, nonceCheck: 'on', fixtures: { credentials: [credential] } } as const
  const emulator = await start(options)
  const signed = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${Date.parse(clock) / 1000}` })
  const code = async () => (await get(emulator, signed)).Response.Error?.Code ?? 'Success'
  expect([await code(), await code()]).toStrictEqual(['Success', 'InvalidRequest.ReplayAttack'])
  await emulator.state.import({ clock: { frozen: clock } })
  expect([emulator.journal.count(), await code()]).toStrictEqual([0, 'Success'])
})

test('a store that cannot load leaves the clock as it was', async () => {
  const store = brokenBy((whole) => ({
    ...whole,
    load: () => {
      throw new Error('the disk is full')
    },
  }))
  const emulator = await startWithParts({ store }, ['--clock', clock])
  await expect(emulator.state.import({ clock: { frozen: '2001-01-01T00:00:00Z' } })).rejects.toThrow('the disk is full')
  expect(emulator.clock.now()).toStrictEqual(new Date(clock))
})
