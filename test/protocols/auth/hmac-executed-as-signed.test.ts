import { describe, expect, test } from 'vitest'
import {
  type AnyAnswer,
  type ApiAnswer,
  codeOf,
  createParams,
  get,
  post,
  type Sent,
  target,
} from '../../support/api.ts'
import { boundary, multipart } from '../../support/multipart.ts'
import { byName, credential, sign } from '../../support/sign.ts'
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
})

describe('what SDKs take for a file may be left out of the string to sign, and is executed as sent', () => {
  const leftOut = (isFile: (name: string, value: string) => boolean) => (pairs: [string, string][]) =>
    byName(pairs.filter(([name, value]) => !isFile(name, value)))
  const withoutAt = { method: 'POST', arrange: leftOut((_name, value) => value.startsWith('@')) }
  const open = async () => {
    const emulator = await openStrict()
    const { Response } = await post(emulator, sign(createParams(), { method: 'POST' }))
    const KeyId = Response.KeyPair?.KeyId ?? ''
    const modify = { Action: 'ModifyKeyPairAttribute', Version: '2017-03-12', KeyId }
    const describeIt = async () => {
      const params = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', 'KeyIds.0': KeyId })
      return ((await get(emulator, params)) as AnyAnswer).Response.KeyPairSet[0]
    }
    return { emulator, modify, describeIt }
  }

  test.each([
    ['left out', withoutAt],
    ['signed, as documented', { method: 'POST' }],
  ])('a value of a POST that begins with @ is %s', async (_what, signing) => {
    const { emulator, modify, describeIt } = await open()
    const signed = sign({ ...modify, Description: '@work', KeyName: 'b' }, signing)
    expect(codeOf(await post(emulator, signed))).toBe('Success')
    expect(await describeIt()).toMatchObject({ KeyName: 'b', Description: '@work' })
    // What is signed is checked as before
    expect(codeOf(await post(emulator, { ...signed, KeyName: 'c' }))).toBe('InvalidParameter.SignatureFailure')
  })

  test('the name @home is refused as a name, not as missing', async () => {
    const { emulator } = await open()
    const signed = sign(createParams({ KeyName: '@home' }), withoutAt)
    expect(codeOf(await post(emulator, signed))).toBe('InvalidKeyPairNameIncludeIllegalChar')
  })

  test('in a GET every value is signed', async () => {
    const { emulator, modify } = await open()
    const params = { ...modify, Description: '@work' }
    expect(await resultOf(emulator, sign(params))).toBe('Success')
    expect(await resultOf(emulator, sign(params, { ...withoutAt, method: 'GET' }))).toBe(
      'InvalidParameter.SignatureFailure',
    )
  })

  test('a Nonce that is left out is checked, too', async () => {
    const { emulator, modify } = await open()
    const signed = sign({ ...modify, KeyName: 'b', Nonce: '@9' }, withoutAt)
    expect(codeOf(await post(emulator, signed))).toBe('InvalidParameter')
  })

  test.each([
    ['left out', true, 'filename="a.txt"'],
    ['left out, when the name is encoded', true, "filename*=UTF-8''a.txt"],
    ['signed, as documented', false, 'filename="a.txt"'],
  ])('a part of multipart with the name of a file is %s', async (_what, isLeftOut, filename) => {
    const { emulator, modify, describeIt } = await open()
    const isFile = (name: string) => isLeftOut && name === 'Description'
    const send = async (params: Sent) => {
      const body = multipart(params).replace('name="Description"', `name="Description"; ${filename}`)
      const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
      const response = await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', headers, body })
      return codeOf((await response.json()) as ApiAnswer)
    }
    const params = { ...modify, KeyName: 'b', Description: 'from a file' }
    const signed = sign(params, { method: 'POST', arrange: leftOut(isFile) })
    expect(await send(signed)).toBe('Success')
    expect(await describeIt()).toMatchObject({ KeyName: 'b', Description: 'from a file' })
    expect(await send({ ...signed, KeyName: 'c' })).toBe('InvalidParameter.SignatureFailure')
    // Without the name of a file every part is signed
    const other = sign(params, { method: 'POST', arrange: leftOut((name) => name === 'Description') })
    const plain = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
    const response = await fetch(`${emulator.url}/v2/index.php`, {
      method: 'POST',
      headers: plain,
      body: multipart(other),
    })
    expect(codeOf((await response.json()) as ApiAnswer)).toBe('InvalidParameter.SignatureFailure')
  })
})
