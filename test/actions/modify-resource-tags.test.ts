import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { call30, codeOf30, tc3 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'
import {
  ask,
  type Endpoint,
  fixtures,
  instanceId,
  many,
  nameOf,
  other,
  setTags,
  type Tags,
  toTags,
  version,
  web,
} from '../support/tag-service.ts'

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
