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

  test('deletes key pairs, ignores repeated ids, and frees the names', async () => {
    const emulator = await start({ fixtures })
    expect(await remove(emulator, a, a, d)).toStrictEqual({ RequestId: expect.any(String) })
    expect([await find(emulator, a), await find(emulator, d)]).toStrictEqual([undefined, undefined])
    const { Response } = await call(emulator, 'CreateKeyPair', { KeyName: 'a', ProjectId: '0' })
    expect(Response.KeyPair.KeyName).toBe('a')
  })

  test('refuses a call when all its key pairs are in use, in the wording of the real service', async () => {
    const emulator = await start({ fixtures })
    expect((await remove(emulator, c)).Error).toStrictEqual({
      Code: 'InvalidKeyPair.NotSupported',
      Message:
        'The request does not support the key pair `skey-cccccccc` which associastes with image. It is associated with an image.',
    })
    expect((await remove(emulator, b, c)).Error).toStrictEqual({
      Code: 'InvalidKeyPair.NotSupported',
      Message: expect.stringMatching(
        /^The request does not support the key pair `skey-bbbbbbbb` which associastes with instance\. It is associated with ins-\w{8}; unbind it first\.$/,
      ),
    })
  })

  test('deletes nothing when one of the key pairs does not exist', async () => {
    const emulator = await start({ fixtures })
    expect(await remove(emulator, d)).not.toHaveProperty('Error')
    expect((await remove(emulator, a, d)).Error).toStrictEqual({
      Code: 'InvalidKeyPairId.NotFound',
      Message: 'The key pair `skey-dddddddd` does not exist. It is listed in `KeyIds`.',
    })
    // Also before a key pair in use
    expect((await remove(emulator, b, d)).Error.Code).toBe('InvalidKeyPairId.NotFound')
    expect(await find(emulator, a)).toBeDefined()
  })

  test('deletes only the unused key pairs of a mixed call, and succeeds', async () => {
    const emulator = await start({ fixtures })
    expect((await remove(emulator, a, b, c)).Error).toBeUndefined()
    expect(
      (await call(emulator, 'DescribeKeyPairs')).Response.KeyPairSet.map(({ KeyId }: { KeyId: string }) => KeyId),
    ).toStrictEqual([d, c, b])
  })
})
