import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { call, list } from '../support/api.ts'
import { call30, codeOf30, tc3 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const [web, other, instanceId] = ['skey-00000001', 'skey-00000002', 'ins-00000001'] as const
const fixtures = {
  keyPairs: [web, other].map((keyId) => ({ keyId, keyName: keyId.replace('-', '_'), publicKey: publicKey(keyId) })),
  instances: [{ instanceId, tags: [{ key: 'env', value: 'test' }] }],
}
const version = { 'X-TC-Version': '2018-08-13' }
type Endpoint = { readonly url: string }
type Tags = readonly (readonly [key: string, value: string])[]

const ask = (emulator: Endpoint, action: string, params: unknown, headers = {}) =>
  call30(emulator, action, params, { ...version, ...headers })

/** The name that Terraform builds: it leaves the account number out. */
const nameOf = (id: string, { region = 'ap-guangzhou', uin = '', prefix = 'keypair' } = {}) =>
  `qcs::cvm:${region}:uin/${uin}:${prefix}/${id}`
const toTags = (tags: Tags) => tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
const setTags = async (emulator: Endpoint, Resource: string, tags: Tags) =>
  codeOf30(await ask(emulator, 'ModifyResourceTags', { Resource, ReplaceTags: toTags(tags) }))
const many = (count: number, prefix = 'k'): Tags =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ''])

/** The tags as DescribeKeyPairs lists them. */
const tagsOf = async (emulator: Endpoint, id: string): Promise<[string, string][]> =>
  (await call30(emulator, 'DescribeKeyPairs', { KeyIds: [id] })).Response.KeyPairSet[0].Tags.map(
    ({ Key, Value }: { Key: string; Value: string }) => [Key, Value],
  )

describe('ModifyResourceTags', () => {
  test('adds, changes and removes tags of one key pair, as Terraform does', async () => {
    const emulator = await start({ fixtures })
    const Resource = nameOf(web)
    const { Response } = await ask(emulator, 'ModifyResourceTags', {
      Resource,
      ReplaceTags: toTags([
        ['env', 'test'],
        ['team', 'a'],
      ]),
    })
    expect(Response).toStrictEqual({ RequestId: expect.any(String) })
    const change = {
      Resource,
      ReplaceTags: toTags([
        ['env', 'live'],
        ['city', '深圳'],
      ]),
      DeleteTags: [{ TagKey: 'team' }, { TagKey: 'none' }],
    }
    expect(codeOf30(await ask(emulator, 'ModifyResourceTags', change))).toBe('Success')
    expect(await tagsOf(emulator, web)).toStrictEqual([
      ['env', 'live'],
      ['city', '深圳'],
    ])
    expect(await tagsOf(emulator, other)).toStrictEqual([])
    // One store: the filters of DescribeKeyPairs find them
    for (const [Name, value] of [
      ['tag-key', 'city'],
      ['tag-value', '深圳'],
      ['tag:env', 'live'],
    ]) {
      const { Response } = await call30(emulator, 'DescribeKeyPairs', { Filters: [{ Name, Values: [value] }] })
      expect(Response.KeyPairSet.map(({ KeyId }: { KeyId: string }) => KeyId)).toStrictEqual([web])
    }
  })

  test('takes a form under an HMAC signature, and JSON under TC3, with --auth strict', async () => {
    const emulator = await start({
      fixtures: { ...fixtures, credentials: [credential] },
      auth: 'strict',
      clock: new Date(1489305600_000),
    })
    const params = {
      Action: 'ModifyResourceTags',
      Version: '2018-08-13',
      Resource: nameOf(web),
      'DeleteTags.0.TagKey': 'a',
    }
    const byForm = await fetch(`${emulator.url}/?${new URLSearchParams(sign(params, { path: '/' }))}`)
    expect(codeOf30((await byForm.json()) as Awaited<ReturnType<typeof call30>>)).toBe('Success')
    const body = JSON.stringify({
      Resource: nameOf(web),
      ReplaceTags: [{ TagKey: 'a', TagValue: 'b', Category: 'Custom' }],
    })
    const headers = { ...version, 'X-TC-Action': 'ModifyResourceTags', 'X-TC-Timestamp': '1489305600' }
    const authorization = tc3({ payload: body, service: 'tag' })
    const sent = { ...headers, 'Content-Type': 'application/json', Authorization: authorization }
    expect((await sendRaw(emulator.port, request('POST', '/', sent, body))).answer().Response.Error).toBeUndefined()
  })

  test.each([
    ['with an account number', nameOf(web, { uin: '1234567' })],
    ['of another region, since key pairs have none', nameOf(web, { region: 'ap-shanghai-fsi' })],
    ['of a closed region', nameOf(web, { region: 'na-toronto' })],
    ['without a region', nameOf(web, { region: '' })],
  ])('knows a resource name %s', async (_what, Resource) => {
    const emulator = await start({ fixtures })
    expect(await setTags(emulator, Resource, [['a', 'b']])).toBe('Success')
    expect(await tagsOf(emulator, web)).toStrictEqual([['a', 'b']])
  })

  test.each([
    ...[
      '',
      'x',
      'qcs::cvm:ap-guangzhou:uin/',
      'qcs::cvm:ap-guangzhou:uin/:keypair',
      'qcs::cvm:ap-guangzhou:uin/:keypair/',
    ],
    ...[`qcs:cvm:ap-guangzhou:uin/:keypair/${web}`, `abc::cvm:ap-guangzhou:uin/:keypair/${web}`],
    ...[
      `qcs::cvm:ap-guangzhou:keypair/${web}`,
      `qcs::cos:ap-guangzhou:uin/:keypair/${web}`,
      nameOf(web, { uin: 'me' }),
    ],
    ...[
      nameOf(web, { region: 'mars-1' }),
      nameOf(web, { prefix: 'image' }),
      nameOf('skey-zzzzzzzz'),
      nameOf('skey-1122'),
    ],
    nameOf('ins-zzzzzzzz', { prefix: 'instance' }),
  ])('refuses the resource "%s"', async (Resource) => {
    expect(await setTags(await start({ fixtures }), Resource, [['a', 'b']])).toBe(
      'InvalidParameterValue.ResourceDescriptionError',
    )
  })

  test("does not reach another account's key pair", async () => {
    const emulator = await start({ fixtures: { accounts: { AKIDone: fixtures } } })
    expect(await setTags(emulator, nameOf(web), [['a', 'b']])).toBe('InvalidParameterValue.ResourceDescriptionError')
  })

  test.each<[string, string, string, string]>([
    ['an empty key', '', 'v', 'InvalidParameterValue.TagKeyEmpty'],
    ['a key of 128 characters', '中'.repeat(128), 'v', 'InvalidParameterValue.TagKeyLengthExceeded'],
    ['a sign in a key', 'a!', 'v', 'InvalidParameterValue.TagKeyCharacterIllegal'],
    ['a tab in a key', 'a\tb', 'v', 'InvalidParameterValue.TagKeyCharacterIllegal'],
    ['a blank before a key', ' a', 'v', 'InvalidParameterValue.TagKeyCharacterIllegal'],
    ['a blank behind a key', 'a ', 'v', 'InvalidParameterValue.TagKeyCharacterIllegal'],
    ['a value of 256 characters', 'a', 'v'.repeat(256), 'InvalidParameterValue.TagValueLengthExceeded'],
    ['a sign in a value', 'a', '#', 'InvalidParameterValue.TagValueCharacterIllegal'],
    ['a blank before a value', 'a', ' v', 'InvalidParameterValue.TagValueCharacterIllegal'],
    ...['qcs:a', 'project', 'projectA', 'qcloud', 'tencent_x', '项目'].map(
      (key): [string, string, string, string] =>
        [...[`the reserved key ${key}`, key, 'v', 'InvalidParameter.ReservedTagKey']] as [
          string,
          string,
          string,
          string,
        ],
    ),
  ])('refuses %s and changes nothing', async (_what, key, value, code) => {
    const emulator = await start({ fixtures })
    expect(
      await setTags(emulator, nameOf(web), [
        ['good', 'v'],
        [key, value],
      ]),
    ).toBe(code)
    expect(await tagsOf(emulator, web)).toStrictEqual([])
  })

  test('takes the longest keys and values, every allowed character, and an empty value', async () => {
    const emulator = await start({ fixtures })
    const tags: Tags = [
      ['中'.repeat(127), 'v'.repeat(255)],
      ['a +-=._:/@()[],;><（）【】：b', 'ключ 鍵 كلمة 5'],
      ['Env', ''],
      ['env', ''],
    ]
    expect(await setTags(emulator, nameOf(web), tags)).toBe('Success')
    expect(await tagsOf(emulator, web)).toStrictEqual(tags)
  })

  const [tag] = toTags([['a', 'b']])
  test.each<[string, Record<string, unknown>, string]>([
    [
      'a key in both lists',
      { ReplaceTags: [tag], DeleteTags: [{ TagKey: 'a' }] },
      'InvalidParameterValue.DeleteTagsParamError',
    ],
    ['neither list', {}, 'InvalidParameterValue.DeleteTagsParamError'],
    ['an empty list', { ReplaceTags: [] }, 'InvalidParameterValue'],
    ['a key twice', { ReplaceTags: [tag, tag] }, 'InvalidParameter.Tag'],
    ['eleven tags', { ReplaceTags: toTags(many(11)) }, 'InvalidParameter.Tag'],
    ['eleven tags to remove', { DeleteTags: many(11).map(([TagKey]) => ({ TagKey })) }, 'InvalidParameter.Tag'],
    ['a tag without a value', { ReplaceTags: [{ TagKey: 'a' }] }, 'MissingParameter'],
    ['no resource', { Resource: null, ReplaceTags: [tag] }, 'MissingParameter'],
  ])('refuses %s', async (_what, params, code) => {
    const emulator = await start({ fixtures })
    expect(codeOf30(await ask(emulator, 'ModifyResourceTags', { Resource: nameOf(web), ...params }))).toBe(code)
  })

  test('allows 50 tags, of which one may be replaced', async () => {
    const emulator = await start({ fixtures })
    for (let from = 0; from < 50; from += 10)
      expect(await setTags(emulator, nameOf(web), many(10, `k${from}_`))).toBe('Success')
    expect(await setTags(emulator, nameOf(web), [['one_more', '']])).toBe('LimitExceeded.ResourceAttachedTags')
    expect(await setTags(emulator, nameOf(web), [['k0_0', 'changed']])).toBe('Success')
    const swap = { Resource: nameOf(web), ReplaceTags: toTags([['one_more', '']]), DeleteTags: [{ TagKey: 'k0_0' }] }
    expect(codeOf30(await ask(emulator, 'ModifyResourceTags', swap))).toBe('Success')
    expect(await tagsOf(emulator, web)).toHaveLength(50)
  })

  test('removes a tag whose key it would not set', async () => {
    const TagSpecification = [{ ResourceType: 'keypair', Tags: [{ Key: 'a*b ', Value: '%' }] }]
    const emulator = await start()
    const created = await call30(emulator, 'CreateKeyPair', { KeyName: 'k', ProjectId: 0, TagSpecification })
    const { KeyId } = created.Response.KeyPair
    const remove = { Resource: nameOf(KeyId), DeleteTags: [{ TagKey: 'a*b ' }] }
    expect(codeOf30(await ask(emulator, 'ModifyResourceTags', remove))).toBe('Success')
    expect(await tagsOf(emulator, KeyId)).toStrictEqual([])
  })

  test('tags an instance, too, and both outlive a restart', async () => {
    const data = temporaryFolder()
    const first = await start({ data, fixtures })
    expect(await setTags(first, nameOf(instanceId, { prefix: 'instance' }), [['team', 'a']])).toBe('Success')
    expect(await setTags(first, nameOf(web), [['env', 'live']])).toBe('Success')
    await first.close()
    const second = await start({ data, fixtures })
    const [instance] = (await call(second, 'DescribeInstances')).Response.InstanceSet
    expect(instance.Tags).toStrictEqual([
      { Key: 'env', Value: 'test' },
      { Key: 'team', Value: 'a' },
    ])
    expect(await tagsOf(second, web)).toStrictEqual([['env', 'live']])
  })
})

describe('DescribeResourceTagsByResourceIds', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const action = 'DescribeResourceTagsByResourceIds'
  const asked = {
    ServiceType: 'cvm',
    ResourcePrefix: 'keypair',
    ResourceIds: [web, other],
    ResourceRegion: 'ap-guangzhou',
  }
  const open = async () => {
    const emulator = await start({ fixtures })
    await setTags(emulator, nameOf(web), [
      ['name', 'john'],
      ['键', ''],
    ])
    await setTags(emulator, nameOf(other), [['env', 'live']])
    return emulator
  }
  const described = (TagKey: string, TagValue: string, ResourceId: string) => ({
    ...{ TagKey, TagValue, ResourceId, TagKeyMd5: md5(TagKey), TagValueMd5: md5(TagValue) },
    ...{ ServiceType: 'cvm', Category: 'Custom' },
  })

  test('lists the tags of several key pairs with all members, as Terraform asks for them after each read', async () => {
    const emulator = await open()
    const { Response } = await ask(emulator, action, { ...asked, Limit: 20, Offset: 0 })
    expect(Response).toStrictEqual({
      ...{ TotalCount: 3, Offset: 0, Limit: 20, RequestId: expect.any(String) },
      Tags: [described('name', 'john', web), described('键', '', web), described('env', 'live', other)],
    })
    // The sums of the documented example
    expect([Response.Tags[0].TagKeyMd5, Response.Tags[0].TagValueMd5]).toStrictEqual([
      'b068931cc450442b63f5b3d276ea4297',
      '527bd5b5d689e2c32ae974c6229ff785',
    ])
  })

  test.each<[string, object, number, number]>([
    ['by default 15', {}, 3, 3],
    ['the second page', { Limit: 2, Offset: 2 }, 3, 1],
    ['beyond the end', { Limit: 5, Offset: 50 }, 3, 0],
    ['a large page', { Limit: 1000 }, 3, 3],
    ['one id twice', { ResourceIds: [other, other] }, 1, 1],
    ['an unknown id', { ResourceIds: ['skey-zzzzzzzz'] }, 0, 0],
    ['no region', { ResourceRegion: '' }, 3, 3],
    ['another type', { ResourcePrefix: 'image', ResourceIds: [instanceId] }, 0, 0],
    ['instances', { ResourcePrefix: 'instance', ResourceIds: [instanceId] }, 1, 1],
    ['another service', { ServiceType: 'cos' }, 0, 0],
    ['custom tags', { Category: 'Custom' }, 3, 3],
    ['all tags', { Category: 'All' }, 3, 3],
    ['system tags', { Category: 'System' }, 0, 0],
  ])('selects %s', async (_what, params, total, length) => {
    const { Response } = await ask(await open(), action, { ...asked, ...params })
    expect([Response.TotalCount, Response.Tags.length]).toStrictEqual([total, length])
  })

  test.each<[string, object, string]>([
    ['no region', { ResourceRegion: null }, 'MissingParameter'],
    ['an unknown region', { ResourceRegion: 'mars-1' }, 'InvalidParameterValue.RegionInvalid'],
    ['an Offset that is no multiple of the Limit', { Limit: 2, Offset: 3 }, 'InvalidParameterValue'],
    ['a Limit of 0', { Limit: 0 }, 'InvalidParameterValue'],
    ['another category', { Category: 'Mine' }, 'InvalidParameterValue'],
    ['51 ids', { ResourceIds: many(51).map(([id]) => id) }, 'InvalidParameterValue.ResourceIdInvalid'],
  ])('refuses %s', async (_what, params, code) => {
    expect(codeOf30(await ask(await open(), action, { ...asked, ...params }))).toBe(code)
  })
})

describe('DescribeProjects', () => {
  const action = 'DescribeProjects'
  const asked = { AllList: 0, Limit: 20, Offset: 0 }
  const idsOf = async (emulator: Endpoint, params: object) => {
    const { Response } = await ask(emulator, action, { ...asked, ...params })
    return [Response.Total, ...Response.Projects.map(({ ProjectId }: { ProjectId: number }) => ProjectId)]
  }

  test('lists the projects of the account with all members', async () => {
    const { Response } = await ask(await start(), action, asked)
    expect(Response).toStrictEqual({
      Total: 2,
      Projects: [
        {
          ...{ ProjectId: 1002189, ProjectName: 'test1', CreatorUin: 670569769, ProjectInfo: 'info1' },
          CreateTime: '2015-04-28 14:42:53',
        },
        {
          ...{ ProjectId: 1002190, ProjectName: 'test2', CreatorUin: 670569769, ProjectInfo: 'info2' },
          CreateTime: '2015-04-28 14:42:57',
        },
      ],
      RequestId: expect.any(String),
    })
  })

  test('shows what AddProject added, and takes key pairs there', async () => {
    const emulator = await start()
    const { projectId } = await call(emulator, 'AddProject', { projectName: 'shop' })
    expect(await idsOf(emulator, { AllList: 1 })).toStrictEqual([3, 1002189, 1002190, projectId])
    expect(codeOf30(await call30(emulator, 'CreateKeyPair', { KeyName: 'k', ProjectId: projectId }))).toBe('Success')
  })

  test.each<[string, object, number[]]>([
    ['one id', { ProjectId: 1002190 }, [1, 1002190]],
    ['an unknown id', { ProjectId: 5 }, [0]],
    ['a part of the name', { ProjectName: 'test' }, [2, 1002189, 1002190]],
    ['the name', { ProjectName: 'test2' }, [1, 1002190]],
    ['another page', { Limit: 1, Offset: 1 }, [2, 1002190]],
    ['beyond the end', { Offset: 9 }, [2]],
  ])('selects %s', async (_what, params, found) => {
    expect(await idsOf(await start(), params)).toStrictEqual(found)
  })

  test.each<[string, object, string]>([
    ['no AllList', { AllList: null }, 'MissingParameter'],
    ['no Limit', { Limit: null }, 'MissingParameter'],
    ['no Offset', { Offset: null }, 'MissingParameter'],
    ['an AllList of 2', { AllList: 2 }, 'InvalidParameter'],
    ['a Limit of 1001', { Limit: 1001 }, 'InvalidParameter'],
    ['the ProjectId 0', { ProjectId: 0 }, 'InvalidParameter'],
  ])('refuses %s', async (_what, params, code) => {
    expect(codeOf30(await ask(await start(), action, { ...asked, ...params }))).toBe(code)
  })
})

test('the actions of the tag service need their Version, and 2017-03-12 does not have them', async () => {
  const emulator = await start()
  for (const action of ['ModifyResourceTags', 'DescribeResourceTagsByResourceIds', 'DescribeProjects']) {
    expect(codeOf30(await call30(emulator, action))).toBe('NoSuchVersion')
    expect(codeOf30(await call(emulator, action, list('KeyIds', [web])))).toBe('InvalidAction.NotFound')
  }
})
