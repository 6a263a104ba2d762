import { describe, expect, test } from 'vitest'
import { type AnyAnswer, type ApiAnswer, codeOf, createParams, post, type Sent, target } from '../../support/api.ts'
import { credential, sign } from '../../support/sign.ts'
import { openStrict, resultOf } from '../../support/strict-hmac.ts'

describe('only signed parameters are executed', () => {
  const other = { secretId: 'AKIDother', secretKey: 'AnotherSecretKey' }
  const fixtures = { credentials: [credential, other] }

  test('the parameter `secretId` is the same as `SecretId`', async () => {
    const emulator = await openStrict({ auth: 'known', fixtures })
    const { SecretId: _secretId, ...rest } = { ...createParams(), SecretId: '' }
    expect(await resultOf(emulator, { ...rest, secretId: credential.secretId })).toBe('MissingParameter Timestamp')
  })

  test('a second spelling of a name is refused, so that one credential cannot act for another account', async () => {
    const emulator = await openStrict({ fixtures })
    expect(await resultOf(emulator, sign({ ...createParams(), secretId: other.secretId }))).toBe(
      'InvalidParameter secretId',
    )
    expect(await resultOf(emulator, sign({ ...createParams(), 'KeyIds.0': 'a', KeyIds_0: 'b' }))).toBe(
      'InvalidParameter KeyIds_0',
    )
    expect(await resultOf(emulator, { ...sign(createParams()), keyName: 'evil' })).toBe('InvalidParameter keyName')
    expect(await resultOf(emulator, sign(createParams()))).toBe('Success')
  })

  test('a request with the parameter `signature` is read as signed', async () => {
    const emulator = await openStrict({ fixtures })
    const { Signature, ...rest } = sign(createParams())
    const inQuery = await fetch(`${emulator.url}${target({ ...rest, signature: Signature ?? '' })}`, {
      method: 'POST',
      body: 'Region=x',
    })
    const { Response } = (await inQuery.json()) as ApiAnswer
    expect(Response.Error?.Message).toContain('the query string of a signed POST is ignored')
  })

  test.each([{ Key_Name: 'evil' }, { 'KeyName.0': 'evil' }, { Extra: 'x' }] as Sent[])(
    'the unsigned parameter %j is refused',
    async (added) => {
      const emulator = await openStrict({ fixtures })
      expect(await resultOf(emulator, { ...sign(createParams()), ...added })).toBe('InvalidParameter.SignatureFailure')
    },
  )

  test('a value with @ in a POST, which some clients do not sign, is not executed when it is not signed', async () => {
    const emulator = await openStrict({ fixtures })
    const change = { Action: 'ModifyKeyPairAttribute', Version: '2017-03-12', Description: 'signed' }
    const { Response } = await post(emulator, sign(createParams(), { method: 'POST' }))
    const signed = sign({ ...change, KeyId: Response.KeyPair?.KeyId ?? '' }, { method: 'POST' })
    const describeIt = async () => {
      const { Response } = (await post(
        emulator,
        sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' }, { method: 'POST' }),
      )) as AnyAnswer
      return Response.KeyPairSet[0]
    }
    expect(codeOf(await post(emulator, signed))).toBe('Success')
    expect(codeOf(await post(emulator, { ...signed, Region: '@x', KeyName: '@evil' }))).toBe('Success')
    expect(await describeIt()).toMatchObject({ KeyName: 'Tencent', Description: 'signed' })
    // A Nonce that is not signed counts as missing
    const { Nonce, ...rest } = signed
    const folded = sign({ ...change, KeyId: signed.KeyId ?? '', Nonce: '', Language: 'x' }, { method: 'POST' })
    expect(codeOf(await post(emulator, { ...folded, Nonce: '@9' }))).toMatch(/^InvalidParameter/)
    expect([Nonce, rest.Signature].every(Boolean)).toBe(true)
    // In a GET every value is signed
    expect(await resultOf(emulator, { ...sign(createParams({ KeyName: 'b' })), Description: '@x' })).toBe(
      'InvalidParameter.SignatureFailure',
    )
  })
})
