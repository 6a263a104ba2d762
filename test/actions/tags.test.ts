import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start, startWithParts, temporaryFolder } from '../support/emulator.ts'
import { fastKeys } from '../support/fast-keys.ts'
import { publicKey } from '../support/keys.ts'

type Pair = readonly [key: string, value: string]

const tagged = (KeyName: string, ...tags: readonly Pair[]) => ({
  KeyName,
  ProjectId: 0,
  TagSpecification: [{ ResourceType: 'keypair', Tags: tags.map(([Key, Value]) => ({ Key, Value })) }],
})

async function withTags() {
  const emulator = await start({ data: temporaryFolder() })
  await call30(emulator, 'CreateKeyPair', tagged('a', ['env', 'test'], ['team', 'one']))
  await call30(emulator, 'ImportKeyPair', { ...tagged('b', ['env', 'live']), PublicKey: publicKey('b') })
  await call30(emulator, 'CreateKeyPair', tagged('c', ['team', 'test']))
  await call30(emulator, 'CreateKeyPair', { KeyName: 'd', ProjectId: 0 })
  return emulator
}

const filters = (named: Record<string, readonly string[]>) => ({
  Filters: Object.entries(named).map(([Name, Values]) => ({ Name, Values })),
})

test('tags of created and imported key pairs are listed in the order in which they were sent', async () => {
  const { Response } = await call30(await withTags(), 'DescribeKeyPairs')
  expect(
    Response.KeyPairSet.map(({ KeyName, Tags }: { KeyName: string; Tags: unknown }) => [KeyName, Tags]),
  ).toStrictEqual([
    ['d', []],
    ['c', [{ Key: 'team', Value: 'test' }]],
    ['b', [{ Key: 'env', Value: 'live' }]],
    [
      'a',
      [
        { Key: 'env', Value: 'test' },
        { Key: 'team', Value: 'one' },
      ],
    ],
  ])
})

test('2017-03-12 has neither tags nor their filters, and 3.0 has no CreateTime', async () => {
  const emulator = await withTags()
  const names = async (answer: Promise<{ Response: { KeyPairSet: object[] } }>) =>
    Object.keys((await answer).Response.KeyPairSet[0] ?? {}).slice(-2)
  expect(await names(call(emulator, 'DescribeKeyPairs'))).toStrictEqual(['CreatedTime', 'CreateTime'])
  expect(await names(call30(emulator, 'DescribeKeyPairs'))).toStrictEqual(['CreatedTime', 'Tags'])
  const flat = { KeyName: 'e', ProjectId: '0', 'TagSpecification.0.ResourceType': 'nonsense' }
  expect(codeOf30(await call(emulator, 'CreateKeyPair', flat))).toBe('Success')
})

test.each<[Record<string, readonly string[]>, string]>([
  [{ 'tag-key': ['env'] }, 'ba'],
  [{ 'tag-key': ['env', 'team'] }, 'cba'],
  [{ 'tag-value': ['test'] }, 'ca'],
  [{ 'tag:env': ['test'] }, 'a'],
  [{ 'tag:env': ['test', 'live'] }, 'ba'],
  [{ 'tag:team': ['live'] }, ''],
  [{ 'tag-key': ['env'], 'tag-value': ['one'] }, 'a'],
  [{ 'tag:env': ['test'], 'tag:team': ['one'] }, 'a'],
  [{ 'tag:team': ['test'], 'key-name': ['a', 'c'] }, 'c'],
  [{ 'tag-key': ['team'], 'project-id': ['0'] }, 'ca'],
  [{ 'tag-key': ['team'], 'project-id': ['1002189'] }, ''],
  [{ 'tag-key': ['none'] }, ''],
])('the filter %j finds "%s"', async (named, found) => {
  const { Response } = await call30(await withTags(), 'DescribeKeyPairs', filters(named))
  expect(Response.KeyPairSet.map(({ KeyName }: { KeyName: string }) => KeyName).join('')).toBe(found)
  expect(Response.TotalCount).toBe(found.length)
})

test.each<[string, unknown, string]>([
  [
    'of another type of resource',
    [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
    'InvalidParameterValue',
  ],
  [
    'with a repeated key',
    [
      {
        ResourceType: 'keypair',
        Tags: [
          { Key: 'a', Value: 'b' },
          { Key: 'a', Value: 'c' },
        ],
      },
    ],
    'InvalidParameterValue',
  ],
  [
    'with a reserved key',
    [{ ResourceType: 'keypair', Tags: [{ Key: 'qcs:a', Value: 'b' }] }],
    'FailedOperation.TagKeyReserved',
  ],
  [
    'too many',
    [{ ResourceType: 'keypair', Tags: [...Array(51).keys()].map((n) => ({ Key: `k${n}`, Value: '' })) }],
    'LimitExceeded.TagResourceQuota',
  ],
  [
    'with a NUL in the resource type',
    [{ ResourceType: 'keypair\0', Tags: [{ Key: 'a', Value: 'b' }] }],
    'InvalidParameterValue',
  ],
  ['without a value', [{ ResourceType: 'keypair', Tags: [{ Key: 'a' }] }], 'MissingParameter'],
  [
    'that begin with a reserved word',
    [{ ResourceType: 'keypair', Tags: [{ Key: 'projectA', Value: '' }] }],
    'FailedOperation.TagKeyReserved',
  ],
])('no key pair is created with tags %s', async (_what, TagSpecification, code) => {
  const emulator = await start()
  expect(codeOf30(await call30(emulator, 'CreateKeyPair', { KeyName: 'k', ProjectId: 0, TagSpecification }))).toBe(code)
  expect((await call30(emulator, 'DescribeKeyPairs')).Response.TotalCount).toBe(0)
})

test('a repeated tag key is refused before a key is generated and before all other checks', async () => {
  const keys = { ...fastKeys(), next: () => expect.unreachable('a key was asked for') }
  const emulator = await startWithParts({ keys })
  const params = { ...tagged('k', ['a', 'b'], ['a', 'c']), ProjectId: 4711 }
  for (const { Response } of [
    await call30(emulator, 'CreateKeyPair', params),
    await call30(emulator, 'ImportKeyPair', { ...params, PublicKey: 'none' }),
  ]) {
    expect(Response.Error).toStrictEqual({
      Code: 'InvalidParameterValue',
      Message: expect.stringContaining(
        'The value `a` specified in the parameter `TagSpecification.0.Tags` is not valid.',
      ),
    })
  }
})

test('a TagSpecification without tags is refused in the wording of the real service', async () => {
  const TagSpecification = [{ ResourceType: 'keypair' }]
  for (const [action, more] of [
    ['CreateKeyPair', {}],
    ['ImportKeyPair', { PublicKey: publicKey('k') }],
  ] as const) {
    const params = { KeyName: 'k', ProjectId: 0, TagSpecification, ...more }
    expect((await call30(await start(), action, params)).Response.Error).toStrictEqual({
      Code: 'MissingParameter',
      Message: 'The request is missing a required parameter `Tags`. `TagSpecification.0.Tags` is missing.',
    })
  }
})

describe('tags are stored and deleted with their key pairs', () => {
  const count = async (emulator: { url: string }) =>
    (await call30(emulator, 'DescribeKeyPairs', filters({ 'tag-key': ['env'] }))).Response.TotalCount

  test('deleting a key pair deletes its tags', async () => {
    const emulator = await withTags()
    const { KeyPairSet } = (await call30(emulator, 'DescribeKeyPairs', filters({ 'tag:env': ['test'] }))).Response
    await call30(emulator, 'DeleteKeyPairs', { KeyIds: [KeyPairSet[0].KeyId] })
    expect(await count(emulator)).toBe(1)
  })

  test('a reset of the account deletes them, and an exported state restores them', async () => {
    const emulator = await withTags()
    const state = await emulator.state.export()
    await emulator.reset('default')
    expect(await count(emulator)).toBe(0)
    const other = await start()
    await other.state.import(state)
    expect(await count(other)).toBe(2)
  })

  test('they are kept on a restart', async () => {
    const data = temporaryFolder()
    const first = await start({ data })
    await call30(first, 'CreateKeyPair', tagged('a', ['env', 'test']))
    await first.close()
    expect(await count(await start({ data }))).toBe(1)
  })

  test('a fixture may have them, but each key only once', async () => {
    const keyPair = { keyName: 'k', publicKey: publicKey('k'), tags: [{ key: 'env', value: 'x' }] }
    expect(await count(await start({ fixtures: { keyPairs: [keyPair] } }))).toBe(1)
    const twice = { ...keyPair, tags: [...keyPair.tags, ...keyPair.tags] }
    await expect(start({ fixtures: { keyPairs: [twice] } })).rejects.toThrow(/keyPairs\/0\/tags\/1\/key must differ/)
  })

  test.each<[string, { key: string; value: string }[], RegExp]>([
    ['a reserved key', [{ key: 'qcs:a', value: 'b' }], /tags\/0\/key must match /],
    ['an empty key', [{ key: '', value: 'b' }], /tags\/0\/key must be a text of 1 to 127 characters/],
    ['a key too long', [{ key: 'a'.repeat(128), value: 'b' }], /tags\/0\/key must be a text of 1 to 127 characters/],
    [
      'a value too long',
      [{ key: 'a', value: 'b'.repeat(256) }],
      /tags\/0\/value must be a text of 0 to 255 characters/,
    ],
    ['a NUL', [{ key: 'a', value: '\0' }], /tags\/0\/value must not contain NUL/],
    ['too many', [...Array(51).keys()].map((n) => ({ key: `k${n}`, value: '' })), /tags must be a list of 0 to 50/],
  ])('a fixture and a state may not have tags that the API refuses: %s', async (_what, tags, problem) => {
    const fixtures = { keyPairs: [{ keyName: 'k', publicKey: publicKey('k'), tags }] }
    await expect(start({ fixtures })).rejects.toThrow(problem)
    const emulator = await start()
    await expect(async () => emulator.state.import({ version: 1, accounts: { default: fixtures } })).rejects.toThrow(
      problem,
    )
  })
})

test('filters of one name must all match, each by a tag', async () => {
  const emulator = await withTags()
  const found = async (...named: [string, string][]) => {
    const Filters = named.map(([Name, value]) => ({ Name, Values: [value] }))
    const { Response } = await call30(emulator, 'DescribeKeyPairs', { Filters })
    return Response.KeyPairSet.map(({ KeyName }: { KeyName: string }) => KeyName).join('')
  }
  expect(await found(['tag:env', 'test'], ['tag:env', 'live'])).toBe('')
  expect(await found(['tag-key', 'env'], ['tag-key', 'team'])).toBe('a')
  expect(await found(['tag-value', 'test'], ['tag-value', 'one'])).toBe('a')
})
