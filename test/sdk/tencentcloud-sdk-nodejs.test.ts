import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cvm } from 'tencentcloud-sdk-nodejs-cvm'
import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { runAsync } from '../support/tools.ts'
import { addInstance, type StrictEndpoint, strictEndpoint } from './strict-endpoint.ts'

type SignMethod = 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1'

interface Mode {
  readonly scheme: 'http' | 'https'
  readonly signMethod: SignMethod
  readonly reqMethod: 'GET' | 'POST'
}

const modes: Mode[] = (['http', 'https'] as const).flatMap((scheme) =>
  (['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1'] as const).flatMap((signMethod) =>
    (['GET', 'POST'] as const).map((reqMethod) => ({ scheme, signMethod, reqMethod })),
  ),
)

function clientOf({ host, secretId, secretKey, agent }: StrictEndpoint, { scheme, signMethod, reqMethod }: Mode) {
  const httpProfile = { endpoint: host, protocol: `${scheme}://`, reqMethod, ...(agent && { agent }) }
  const credential = { secretId, secretKey }
  return new cvm.v20170312.Client({ credential, region: 'ap-guangzhou', profile: { signMethod, httpProfile } })
}

const ID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

describe('npm tencentcloud-sdk-nodejs-cvm', () => {
  test.each(modes)('$signMethod by $reqMethod over $scheme supports all key-pair actions', async (mode) => {
    const endpoint = await strictEndpoint(mode.scheme)
    await addInstance(endpoint, 'ins-1e4r6y8i')
    const client = clientOf(endpoint, mode)

    const TagSpecification = [{ ResourceType: 'keypair', Tags: [{ Key: 'env', Value: 'test 中' }] }]
    const { KeyPair } = await client.CreateKeyPair({ KeyName: 'created', ProjectId: 0, TagSpecification })
    const KeyId = KeyPair?.KeyId ?? ''
    expect(KeyPair?.PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    await expect(client.CreateKeyPair({ KeyName: 'created', ProjectId: 0 })).rejects.toMatchObject({
      code: 'InvalidKeyPairName.Duplicate',
      requestId: ID,
    })

    const PublicKey = publicKey(endpoint.secretId)
    const imported = await client.ImportKeyPair({ KeyName: 'imported', ProjectId: 0, PublicKey })
    expect(imported).toStrictEqual({ KeyId: expect.stringMatching(/^skey-/), RequestId: ID })
    await client.ModifyKeyPairAttribute({ KeyId, KeyName: 'renamed', Description: 'a test' })
    await client.AssociateInstancesKeyPairs({ InstanceIds: ['ins-1e4r6y8i'], KeyIds: [KeyId] })

    const Filters = [{ Name: 'tag:env', Values: ['test 中'] }]
    expect(await client.DescribeKeyPairs({ Filters, Limit: 5 })).toStrictEqual({
      TotalCount: 1,
      KeyPairSet: [
        {
          KeyId,
          KeyName: 'renamed',
          ProjectId: 0,
          Description: 'a test',
          PublicKey: KeyPair?.PublicKey,
          AssociatedInstanceIds: ['ins-1e4r6y8i'],
          CreatedTime: expect.stringMatching(/Z$/),
          Tags: [{ Key: 'env', Value: 'test 中' }],
        },
      ],
      RequestId: ID,
    })
    await expect(client.DeleteKeyPairs({ KeyIds: [KeyId] })).rejects.toMatchObject({
      code: 'InvalidParameterValue.KeyPairNotSupported',
    })
    await client.DisassociateInstancesKeyPairs({ InstanceIds: ['ins-1e4r6y8i'], KeyIds: [KeyId], ForceStop: false })
    await client.DeleteKeyPairs({ KeyIds: [KeyId, imported.KeyId ?? ''] })
    expect(await client.DescribeKeyPairs({})).toMatchObject({ TotalCount: 0, KeyPairSet: [] })
  })

  test.each(modes.slice(0, 6))('$signMethod by $reqMethod with a wrong SecretKey is refused', async (mode) => {
    const endpoint = await strictEndpoint()
    if (process.env.CVM_EMULATOR_URL) return
    const client = clientOf({ ...endpoint, secretKey: 'wrong' }, mode)
    await expect(client.DescribeKeyPairs({})).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure' })
  })

  test('lists regions and zones', async () => {
    const client = clientOf(await strictEndpoint(), modes[0] as Mode)
    const { RegionSet = [] } = await client.DescribeRegions()
    expect(RegionSet.map(({ Region }) => Region)).toContain('ap-guangzhou')
    const { ZoneSet = [] } = await client.DescribeZones()
    expect(ZoneSet).toContainEqual({
      Zone: 'ap-guangzhou-3',
      ZoneName: 'Guangzhou Zone 3',
      ZoneId: '100003',
      ZoneState: 'AVAILABLE',
    })
    expect(ZoneSet.every(({ Zone }) => Zone?.startsWith('ap-guangzhou-'))).toBe(true)
    await expect(client.DescribeImages({})).rejects.toMatchObject({ code: 'InvalidAction' })
  })

  test('reaches the emulator at its default host through the CONNECT proxy, trusting its CA', async () => {
    const { url } = await start({ keyBits: 2048 })
    const file = join(temporaryFolder(), 'ca.pem')
    writeFileSync(file, await (await fetch(`${url}/_emulator/ca.pem`)).text())
    const program = `
      import { cvm } from 'tencentcloud-sdk-nodejs-cvm'
      const credential = { secretId: 'AKIDproxied', secretKey: 'any' }
      const client = new cvm.v20170312.Client({
        credential, region: 'ap-guangzhou', profile: { httpProfile: { proxy: '${url}' } } })
      console.log(JSON.stringify(await client.CreateKeyPair({ KeyName: 'proxied', ProjectId: 0 })))`
    const flags = [`NODE_EXTRA_CA_CERTS=${file}`, process.execPath, '--input-type=module', '-e', program]
    const { output } = await runAsync('env', flags, new URL('../../', import.meta.url).pathname)
    expect(output).toContain('"KeyPair":{"KeyId":"skey-')
    const seen = await call({ url }, 'DescribeKeyPairs', { SecretId: 'AKIDproxied' })
    expect(seen.Response.KeyPairSet).toMatchObject([{ KeyName: 'proxied' }])
  })
})

test('3.0 and 2017-03-12 share their key pairs', async () => {
  const emulator = await start()
  const endpoint = { url: emulator.url, host: new URL(emulator.url).host, secretId: 'AKIDboth', secretKey: 'any' }
  const client = clientOf(endpoint, modes[1] as Mode)
  await client.CreateKeyPair({ KeyName: 'by_30', ProjectId: 0 })
  const SecretId = endpoint.secretId
  const taken = await call(emulator, 'CreateKeyPair', { SecretId, KeyName: 'by_30', ProjectId: '0' })
  expect(taken.Response.Error.Code).toBe('InvalidKeyPairName.Duplicate')
  const { Response } = await call(emulator, 'CreateKeyPair', { SecretId, KeyName: 'by_2017', ProjectId: '0' })
  const { KeyPairSet } = await client.DescribeKeyPairs({ KeyIds: [Response.KeyPair.KeyId] })
  expect(KeyPairSet).toMatchObject([{ KeyName: 'by_2017', Tags: [] }])
  expect((await client.DescribeKeyPairs({})).TotalCount).toBe(2)
})
