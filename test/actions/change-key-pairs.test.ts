import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const [a, b, c, d] = ['skey-aaaaaaaa', 'skey-bbbbbbbb', 'skey-cccccccc', 'skey-dddddddd'] as const

const fixtures = {
  keyPairs: [
    { keyId: a, keyName: 'a', publicKey: publicKey('a') },
    { keyId: b, keyName: 'b', publicKey: publicKey('b') },
    { keyId: c, keyName: 'c', publicKey: publicKey('c'), usedByImage: true },
    { keyId: d, keyName: 'a', publicKey: publicKey('d'), projectId: 1002189 },
  ],
  instances: [{ instanceId: 'ins-00000001', keyIds: [b] }],
}

const find = async (emulator: { url: string }, id: string) =>
  (await call(emulator, 'DescribeKeyPairs', { 'KeyIds.0': id })).Response.KeyPairSet[0]

describe('ModifyKeyPairAttribute', () => {
  const modify = async (emulator: { url: string }, params: Sent) =>
    (await call(emulator, 'ModifyKeyPairAttribute', { KeyId: a, ...params })).Response.Error?.Code

  test('changes the name, the description or both, and nothing else', async () => {
    const emulator = await start({ fixtures })
    const before = await find(emulator, a)
    expect(await modify(emulator, { KeyName: 'z' })).toBeUndefined()
    expect(await find(emulator, a)).toStrictEqual({ ...before, KeyName: 'z' })
    expect(await modify(emulator, { Description: '描述 & more' })).toBeUndefined()
    expect(await find(emulator, a)).toStrictEqual({ ...before, KeyName: 'z', Description: '描述 & more' })
    expect(await modify(emulator, { KeyName: 'a', Description: '' })).toBeUndefined()
    expect(await find(emulator, a)).toStrictEqual(before)
  })

  test('accepts the current name, a free one and one of another project, but not one in use in its project', async () => {
    const emulator = await start({ fixtures })
    expect([await modify(emulator, { KeyName: 'a' }), await modify(emulator, { KeyName: 'b' })]).toStrictEqual([
      undefined,
      'InvalidKeyPairName.Duplicate',
    ])
    expect((await find(emulator, a)).KeyName).toBe('a')
  })

  test('with name-scope account, names of other projects are refused, too', async () => {
    const emulator = await start({
      nameScope: 'account',
      fixtures: { keyPairs: [fixtures.keyPairs[0], { ...fixtures.keyPairs[3], keyName: 'd' }] as never },
    })
    expect(await modify(emulator, { KeyName: 'd' })).toBe('InvalidKeyPairName.Duplicate')
  })

  test('refuses a bad new name with the codes of CreateKeyPair', async () => {
    const emulator = await start({ fixtures })
    expect([
      await modify(emulator, { KeyName: '' }),
      await modify(emulator, { KeyName: 'x'.repeat(26) }),
      await modify(emulator, { KeyName: '-' }),
      await modify(emulator, { Description: '描'.repeat(60) }),
      await modify(emulator, { Description: '描'.repeat(61) }),
    ]).toStrictEqual([
      'InvalidKeyPairNameEmpty',
      'InvalidKeyPairNameTooLong',
      'InvalidKeyPairNameIncludeIllegalChar',
      undefined,
      'InvalidKeyPairDescriptionTooLong',
    ])
  })
})

describe('DeleteKeyPairs', () => {
  const remove = async (emulator: { url: string }, ...ids: string[]) =>
    (await call(emulator, 'DeleteKeyPairs', list('KeyIds', ids))).Response

  test('deletes key pairs, ignores repeated and unknown ids, and frees the names', async () => {
    const emulator = await start({ fixtures })
    expect(await remove(emulator, a, 'skey-zzzzzzzz', a, d)).toStrictEqual({ RequestId: expect.any(String) })
    expect([await find(emulator, a), await find(emulator, d)]).toStrictEqual([undefined, undefined])
    expect(await remove(emulator, a)).toStrictEqual({ RequestId: expect.any(String) })
    const { Response } = await call(emulator, 'CreateKeyPair', { KeyName: 'a', ProjectId: '0' })
    expect(Response.KeyPair.KeyName).toBe('a')
  })

  test('refuses a call when all its key pairs are in use, in the wording of the real service', async () => {
    const emulator = await start({ fixtures })
    expect((await remove(emulator, c, 'skey-zzzzzzzz')).Error).toStrictEqual({
      Code: 'InvalidKeyPair.NotSupported',
      Message: 'The request does not support the key pair `skey-cccccccc` which associastes with image.',
    })
    expect((await remove(emulator, b, c)).Error).toStrictEqual({
      Code: 'InvalidKeyPair.NotSupported',
      Message: 'The request does not support the key pair `skey-bbbbbbbb` which associastes with instance.',
    })
  })

  test('deletes only the unused key pairs of a mixed call, and succeeds', async () => {
    const emulator = await start({ fixtures })
    expect((await remove(emulator, a, b, c)).Error).toBeUndefined()
    expect(
      (await call(emulator, 'DescribeKeyPairs')).Response.KeyPairSet.map(({ KeyId }: { KeyId: string }) => KeyId),
    ).toStrictEqual([d, c, b])
  })
})
