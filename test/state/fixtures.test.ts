import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadFixture } from '../../src/state/read-fixture.ts'
import { call, createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { launch } from '../support/process.ts'
import { run, testWith } from '../support/tools.ts'

const example = new URL('../../fixtures/example.json', import.meta.url).pathname

const state = {
  projects: [7],
  limits: { keyPairs: 1 },
  credentials: [{ secretId: 'AKIDteam', secretKey: 'k', account: 'team' }],
  accounts: { AKIDown: { projects: [8] }, team: { limits: { keyPairs: 2 } } },
}

/** None of the documents that `loadFixture` reads here has a seed. */
const keys = async () => new Map<string, string>()

describe.each([
  ['inline', () => JSON.stringify(state)],
  [
    'from a file',
    () => {
      const file = join(temporaryFolder(), 'state.json')
      writeFileSync(file, JSON.stringify(state))
      return file
    },
  ],
])('a fixture %s', (_how, fixtures) => {
  test('populates every account at its top level, and an account overrides it', async () => {
    const emulator = await start({ fixtures: fixtures(), projects: [0], auth: 'off' })
    const create = (SecretId: string, ProjectId: string, KeyName = 'a') =>
      createCode(emulator, { SecretId, ProjectId, KeyName })
    expect([
      await create('AKIDany', '0'),
      await create('AKIDany', '7'),
      await create('AKIDany', '7', 'b'),
      await create('AKIDany', '8'),
      await create('AKIDown', '8'),
      await create('AKIDown', '8', 'b'),
      await create('AKIDown', '7'),
      await create('AKIDteam', '7'),
      await create('AKIDteam', '7', 'b'),
      await create('AKIDteam', '7', 'c'),
      await create('team', '7', 'a'),
    ]).toStrictEqual([
      'Success',
      'Success',
      'InvalidKeyPair.LimitExceeded',
      'InvalidProjectId.NotFound',
      'Success',
      'InvalidKeyPair.LimitExceeded',
      'InvalidProjectId.NotFound',
      'Success',
      'Success',
      'InvalidKeyPair.LimitExceeded',
      'InvalidKeyPairName.Duplicate',
    ])
  })
})

test('an account with empty limits keeps the limit of the top level', async () => {
  const emulator = await start({ fixtures: { limits: { keyPairs: 1 }, accounts: { a: { limits: {} } } } })
  const create = (KeyName: string) => createCode(emulator, { SecretId: 'a', KeyName })
  expect([await create('x'), await create('y')]).toStrictEqual(['Success', 'InvalidKeyPair.LimitExceeded'])
})

describe('a fixture that contradicts itself is rejected before anything is stored', () => {
  const pair = (keyName: string, label = keyName) => ({ keyName, publicKey: publicKey(label) })
  test.each([
    [{ keyPairs: [pair('a'), pair('a', 'b')] }, 'keyPairs/1/keyName is already used by another key pair'],
    [{ keyPairs: [pair('a'), pair('b', 'a')] }, 'keyPairs/1/publicKey is already used by another key pair'],
    [{ keyPairs: [{ ...pair('a'), projectId: 99 }] }, 'keyPairs/0/projectId is not a project of this account'],
    [
      {
        keyPairs: [
          { ...pair('a'), keyId: 'skey-00000000' },
          { ...pair('b'), keyId: 'skey-00000000' },
        ],
      },
      'keyPairs/1/keyId is already used by another key pair',
    ],
    [
      { instances: [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }] },
      'instances/0/keyIds has `skey-00000000`, which is not a key pair of this account',
    ],
    [
      { instances: [{ instanceId: 'ins-00000000' }, { instanceId: 'ins-00000000' }] },
      'instances/1/instanceId is already used by another instance',
    ],
    [{ accounts: { AKIDone: { keyPairs: [pair('a'), pair('a', 'b')] } } }, '/accounts/AKIDone/keyPairs/1/keyName'],
  ])('%j', async (fixtures, message) => {
    const data = temporaryFolder()
    await expect(start({ fixtures, data })).rejects.toThrow(message)
    expect(readdirSync(data)).toStrictEqual([])
  })
})

test('stored rows of an earlier run stay, and the rest of the starting state is added', async () => {
  const data = temporaryFolder()
  const first = await start({ data })
  await call(first, 'ImportKeyPair', { KeyName: 'web', ProjectId: '0', PublicKey: publicKey('a') })
  await first.close()
  const keyPairs = [
    { keyName: 'web', publicKey: publicKey('b'), keyId: 'skey-00000000' },
    { keyName: 'other', publicKey: publicKey('a') },
    { keyName: 'new', publicKey: publicKey('c') },
  ]
  const instances = [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }]
  const second = await start({ data, fixtures: { keyPairs, instances } })
  const { Response } = await call(second, 'DescribeKeyPairs')
  expect(Response.KeyPairSet.map(({ KeyName }: { KeyName: string }) => KeyName)).toStrictEqual(['new', 'web'])
  expect((await call(second, 'DescribeInstances')).Response.InstanceSet[0].LoginSettings.KeyIds).toStrictEqual([])
})

test('a create that is pending during a reset runs against the starting state', async () => {
  const emulator = await start({
    keyBits: 2048,
    fixtures: { keyPairs: [{ keyName: 'web', keyId: 'skey-00000000', publicKey: publicKey('a') }] },
  })
  await call(emulator, 'DeleteKeyPairs', { 'KeyIds.0': 'skey-00000000' })
  const creates = Array.from({ length: 12 }, (_, index) =>
    createCode(emulator, { KeyName: index % 2 ? 'web' : `k${index}` }),
  )
  await Promise.race(creates)
  await emulator.reset()
  await Promise.all(creates)
  const { Response } = await call(emulator, 'DescribeKeyPairs', { 'KeyIds.0': 'skey-00000000' })
  expect(Response.KeyPairSet).toMatchObject([{ KeyName: 'web', PublicKey: expect.stringContaining(publicKey('a')) }])
})

test('the emulator starts with fixtures/example.json', async () => {
  const emulator = await start({ fixtures: example })
  expect([
    await createCode(emulator, { ProjectId: '7' }),
    await createCode(emulator, { SecretId: 'AKIDsmall', KeyName: 'a' }),
    await createCode(emulator, { SecretId: 'AKIDsmall', KeyName: 'b' }),
  ]).toStrictEqual(['Success', 'Success', 'InvalidKeyPair.LimitExceeded'])
})

test('rules and the clock apply from the start, and --clock takes precedence', async () => {
  const fixtures = { faults: [{ error: 'InvalidFilter' as const }], clock: { frozen: '2017-03-12T08:00:00Z' } }
  const emulator = await start({ fixtures })
  const time = async (one: { url: string }) =>
    ((await (await fetch(`${one.url}/_emulator/clock`)).json()) as { time: string }).time
  expect([await createCode(emulator), await time(emulator)]).toStrictEqual([
    'InvalidFilter',
    '2017-03-12T08:00:00.000Z',
  ])
  expect(await time(await start({ fixtures, clock: '2018-01-01T00:00:00Z' }))).toBe('2018-01-01T00:00:00.000Z')
})

testWith('ssh-keygen')('a key pair with a seed has a valid key, the same at each start', async () => {
  const keyPairs = [
    { keyName: 'a', seed: 'one' },
    { keyName: 'b', seed: 'two' },
  ]
  const fixtures = { keyPairs, accounts: { own: { keyPairs: [{ keyName: 'c', seed: 'one' }] } } }
  const lines = async (SecretId = '') => {
    const emulator = await start({ fixtures })
    const { Response } = await call(emulator, 'DescribeKeyPairs', { SecretId })
    return Response.KeyPairSet.map(({ PublicKey }: { PublicKey: string }) => PublicKey.split(' ')[1]) as string[]
  }
  const [first, again, own] = [await lines(), await lines(), await lines('own')]
  expect(again).toStrictEqual(first)
  expect(new Set(first).size).toBe(2)
  expect(first).toContain(own[0])
  const { status, output } = run('ssh-keygen', ['-l', '-f', '-'], `ssh-rsa ${first[0]}`)
  expect([status, output]).toStrictEqual([0, expect.stringMatching(/^1024 SHA256:/)])
})

describe('an invalid fixture is rejected with its name, the path in it and what was expected', () => {
  test.each([
    [
      '{"projects":[1,"x"]}',
      '/projects/1 must be an integer from 0 to 9007199254740991 or an object (a project: its id, a non-negative integer, or {',
    ],
    ['{"projects":[-1]}', '/projects/0 must be an integer from 0 to 9007199254740991 or'],
    ['{"projects":5}', '/projects must be a list (projects in addition to'],
    [
      '{"project":[1]}',
      '/ has an unknown member `project` (did you mean projects?); valid members: $schema, version, projects, limits,',
    ],
    ['{"limits":{"keyPairs":1.5}}', '/limits/keyPairs must be an integer from 0 to 1000000 (how many key pairs'],
    ['{"limits":{"pairs":1}}', '/limits has an unknown member `pairs`; valid members: keyPairs.'],
    [
      '{"credentials":[{"secretId":"","secretKey":"b"}]}',
      '/credentials/0/secretId must be a text that is not empty (the SecretId that',
    ],
    [
      '{"credentials":[{"secretId":"a","secretKey":"b"},{"secretId":"a","secretKey":"c"}]}',
      '/credentials/1/secretId must differ from every secretId before it',
    ],
    ['{"accounts":{"a":{"limits":{"keyPairs":"many"}}}}', '/accounts/a/limits/keyPairs must be an integer'],
    ['{"accounts":{"a":{"credentials":[]}}}', '/accounts/a has an unknown member `credentials`; valid'],
    ['{"accounts":{"":{}}}', '/accounts must be a text that is not empty (the name of an account: '],
    ['{"version":2}', '/version is 2, written by a newer cvm-emulator'],
    ['{"faults":[{"delay":1},{"error":"Nope"}]}', '/faults/1 has the undocumented code `Nope`'],
    ['{"faults":[{"next":1}]}', '/faults/0 must have one of error, '],
    ['{"faults":[{"id":"a","delay":1},{"id":"a","delay":1}]}', '/faults/1/id must differ from every id before it'],
    ['{"clock":{"frozen":"now"}}', '/clock/frozen must be a time in the years 1 to 9999'],
    ['{"keyPairs":[{"keyName":"a"}]}', '/keyPairs/0 must have either publicKey or seed'],
    [
      '{"accounts":{"a/b":{"keyPairs":[{"keyName":"a"}]}}}',
      '/accounts/a~1b/keyPairs/0 must have either publicKey or seed',
    ],
    ['{"keyPairs":[{"keyName":"a","seed":""}]}', '/keyPairs/0/seed must be a text that is not empty ('],
    ['{"projects": [1,]}', "the text is not JSON: Unexpected token ']'"],
    ['{"projects": [1]', 'the text is not JSON: '],
  ])('%s', async (json, message) => {
    await expect(loadFixture(json, keys)).rejects.toThrow(`--fixtures (inline): ${message}`)
  })

  test('a credential without a SecretKey is rejected', async () => {
    const fixtures = { credentials: [{ secretId: 'a' }] }
    await expect(start({ fixtures })).rejects.toThrow('--fixtures: /credentials/0 has no secretKey')
  })

  test('the process names the path of an invalid file', async () => {
    const file = join(temporaryFolder(), 'wrong.json')
    writeFileSync(file, '[1]')
    const emulator = launch(['--port', '0', '--fixtures', file])
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toBe(
      `cvm-emulator: ${file}: / must be an object (a starting state: projects, limits, keyPairs, instances, credentials, accounts, faults, clock).\n`,
    )
  })

  test('the message does not repeat a SecretKey', async () => {
    const secret = 'hush-hush-0123'
    for (const json of [
      `{"credentials":[{"secretId":"a","secretKey":"${secret}"},{"secretId":"a","secretKey":"b"}]}`,
      `{"credentials":[{"secretId":"a","secretKey":["${secret}"]}]}`,
      `{"credentials":[{"secretId":"a","secretKey":"${secret}" "x"]}`,
      `{"credentials":"${secret}"}`,
    ]) {
      const message = await loadFixture(json, keys).then(() => 'accepted', String)
      expect(message).toContain('--fixtures (inline)')
      expect(message).not.toContain(secret.slice(0, 4))
    }
  })
})
