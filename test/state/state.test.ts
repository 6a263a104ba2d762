import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { type AnyAnswer, call, createCode, createParams, get, list, type Sent } from '../support/api.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { credential, sign } from '../support/sign.ts'

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
  await emulator.limits.setKeyPairs(20, 'other')
  await emulator.faults.add({ action: 'AddProject', after: 2, error: 'InternalError' })
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

test('a document may begin with a byte order mark', async () => {
  const emulator = await start()
  const put = (text: string) => fetch(`${emulator.url}/_emulator/state`, { method: 'PUT', body: `\ufeff${text}` })
  expect([(await put('{"projects":[3]}')).status, (await put('')).status]).toStrictEqual([200, 400])
  expect(await emulator.projects.list()).toContain(3)
})

describe.each(ways)('%s', (way) => {
  test('an emulator that imports an exported state gives the same answers as the first, byte for byte', async () => {
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

  test('a document has no private keys, SecretKeys and tokens; an import keeps the known SecretKeys', async () => {
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
    await expect(unknown).rejects.toThrow('/credentials/0 has no secretKey, and none is known for its secretId.')
    await importState({ credentials: [{ secretId: 'AKIDnew', secretKey: 'k' }] })
    expect((await exportState()).credentials).toStrictEqual([
      { secretId: credential.secretId },
      { secretId: 'AKIDnew' },
    ])
  })

  test.each([
    ['is not an object', [], 'state: / must be an object'],
    ['is newer', { version: 2 }, 'state: /version is 2, written by a newer cvm-emulator; this one reads up to 1.'],
    [
      'is wrong',
      { accounts: { a: { keyPairs: [{}] } } },
      'state: /accounts/a/keyPairs/0 must have the member `keyName`.',
    ],
    [
      'contradicts itself',
      { accounts: { a: { instances: [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }] } } },
      'state: /accounts/a/instances/0/keyIds has `skey-00000000`, which is not a key pair of this account.',
    ],
    [
      'takes away what the top level needs',
      {
        keyPairs: [{ keyId: 'skey-00000000', keyName: 'k', publicKey: publicKey('k') }],
        instances: [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }],
        accounts: { a: { keyPairs: [] } },
      },
      'state: /instances/0/keyIds has `skey-00000000`, which is not a key pair of this account.',
    ],
    [
      'has an invalid rule',
      { faults: [{ status: 500 }, { next: 1 }] },
      /^state: \/faults\/1 must have one of (\w+, )+or delay\.$/,
    ],
    [
      'has a rule twice',
      {
        faults: [
          { id: 'a', delay: 1 },
          { id: 'a', delay: 1 },
        ],
      },
      'state: /faults/1/id must differ from every id before it.',
    ],
    [
      'has an impossible clock',
      { clock: { ahead: 9e15 } },
      'state: /clock/ahead is 9000000000000000; it must be an integer from -315537897599999 to 315537897599999 (milli',
    ],
    [
      'has a clock that is both frozen and ahead',
      { clock: { ahead: 1, frozen: clock } },
      'state: /clock may have either frozen or ahead, not both.',
    ],
    [
      'has a rule with an undocumented code for an action of the emulator',
      { faults: [{ action: 'CreateKeyPair', error: 'Nope' }] },
      'state: /faults/0 has the undocumented code `Nope`, which is allowed only for an action that the emulator does not have.',
    ],
    [
      'has an invalid version',
      { version: 0 },
      'state: /version must be an integer from 1 (the version of this format).',
    ],
    [
      'contradicts itself for accounts that it does not name',
      {
        keyPairs: [1, 2].map(() => ({ keyName: 'a', publicKey: publicKey('a') })),
        accounts: { default: { keyPairs: [] } },
      },
      'state: /keyPairs/1/keyName is already used by another key pair.',
    ],
  ])('a document that %s is rejected, and nothing changes', async (_what, document, message) => {
    const emulator = await start({ clock, fixtures })
    await use(emulator)
    const { exportState, importState } = controls(emulator, way)
    const before = [await seen(emulator), await exportState()]
    await expect(importState(document as AnyAnswer)).rejects.toThrow(message)
    expect([await seen(emulator), await exportState()]).toStrictEqual(before)
  })
})

test('a document without a version is a fixture: its projects are added to those of the options', async () => {
  const emulator = await start({ projects: [0, 5] })
  await emulator.state.import({ projects: [7], keyPairs: [{ keyName: 'a', publicKey: publicKey('a') }] })
  const { projects } = (await control(emulator.url, 'GET', '/projects')).body
  expect([projects, await createCode(emulator, { KeyName: 'a' })]).toStrictEqual([
    [0, 5, 7],
    'InvalidKeyPairName.Duplicate',
  ])
})

test('an exported state can be a starting state of --fixtures', async () => {
  const one = await start({ clock, fixtures })
  await use(one)
  const document = await one.state.export()
  const credentials = fixtures.credentials
  const other = await start({ projects: [1], fixtures: { ...document, credentials } })
  expect(await seen(other)).toStrictEqual(await seen(one))
  expect(await other.faults.list()).toStrictEqual(await one.faults.list())
})

test('key pairs in projects that no longer exist are exported and imported', async () => {
  const data = temporaryFolder()
  const first = await start({ data, projects: [0, 7] })
  await createCode(first, { ProjectId: '7' })
  await first.close()
  const second = await start({ data, projects: [0] })
  const other = await start()
  await other.state.import(await second.state.export())
  expect(await seen(other)).toStrictEqual(await seen(second))
})

test('an instance is exported with the creation time that DescribeInstances answers', async () => {
  let time = Date.parse(clock)
  const now = () => {
    time += 1000
    return new Date(time)
  }
  const emulator = await start({ now, fixtures: { instances: [{ instanceId: 'ins-00000000' }] } })
  const exported = (await emulator.state.export()).instances?.[0]?.createdTime
  const answered = (await call(emulator, 'DescribeInstances')).Response.InstanceSet[0].CreatedTime
  expect(exported?.replace('.000Z', 'Z')).toBe(answered)
})
