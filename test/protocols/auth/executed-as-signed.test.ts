import { describe, expect, test } from 'vitest'
import { type AnyAnswer, type ApiAnswer, codeOf, createParams, post, type Sent, target } from '../../support/api.ts'
import { credential, sign } from '../../support/sign.ts'
import { openStrict, told } from '../../support/told.ts'

describe('what is checked is what is executed', () => {
  const other = { secretId: 'AKIDother', secretKey: 'AnotherSecretKey' }
  const fixtures = { credentials: [credential, other] }

  test('a SecretId in lower case is that SecretId', async () => {
    const emulator = await openStrict({ auth: 'known', fixtures })
    const { SecretId: _secretId, ...rest } = { ...createParams(), SecretId: '' }
    expect(await told(emulator, { ...rest, secretId: credential.secretId })).toBe('MissingParameter Timestamp')
  })

  test('one credential cannot sign for the account of another, nor send one parameter under two names', async () => {
    const emulator = await openStrict({ fixtures })
    expect(await told(emulator, sign({ ...createParams(), secretId: other.secretId }))).toBe(
      'InvalidParameter secretId',
    )
    expect(await told(emulator, sign({ ...createParams(), 'KeyIds.0': 'a', KeyIds_0: 'b' }))).toBe(
      'InvalidParameter KeyIds_0',
    )
    expect(await told(emulator, { ...sign(createParams()), keyName: 'evil' })).toBe('InvalidParameter keyName')
    expect(await told(emulator, sign(createParams()))).toBe('Success')
  })

  test('a signature in lower case is read as signed, and is none', async () => {
    const emulator = await openStrict({ fixtures })
    const { Signature, ...rest } = sign(createParams())
    const inQuery = await fetch(`${emulator.url}${target({ ...rest, signature: Signature ?? '' })}`, {
      method: 'POST',
      body: 'Region=x',
    })
    const { Response } = (await inQuery.json()) as ApiAnswer
    expect(Response.Error?.Message).toContain('the body only, as a signed POST is read')
  })

  test.each([{ Key_Name: 'evil' }, { 'KeyName.0': 'evil' }, { Extra: 'x' }] as Sent[])(
    '%j that was not signed is refused',
    async (added) => {
      const emulator = await openStrict({ fixtures })
      expect(await told(emulator, { ...sign(createParams()), ...added })).toBe('InvalidParameter.SignatureFailure')
    },
  )

  test('a value with @ in a POST, which some clients do not sign, is not executed when it was not', async () => {
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
    // A Nonce that was not signed is none
    const { Nonce, ...rest } = signed
    const folded = sign({ ...change, KeyId: signed.KeyId ?? '', Nonce: '', Language: 'x' }, { method: 'POST' })
    expect(codeOf(await post(emulator, { ...folded, Nonce: '@9' }))).toMatch(/^InvalidParameter/)
    expect([Nonce, rest.Signature].every(Boolean)).toBe(true)
    // and in a GET every value is signed
    expect(await told(emulator, { ...sign(createParams({ KeyName: 'b' })), Description: '@x' })).toBe(
      'InvalidParameter.SignatureFailure',
    )
  })
})
