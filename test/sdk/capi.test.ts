import { Capi } from '@tencent-sdk/capi'
import { describe, expect, test } from 'vitest'
import type { ApiAnswer } from '../support/api.ts'
import { credentials, endpoint } from './endpoint.ts'
import { strictEndpoint } from './strict-endpoint.ts'

describe.each(['GET', 'POST'] as const)('npm @tencent-sdk/capi with its HMAC signature (v1) by %s', (method) => {
  test.each(['sha1', 'sha256'])(
    'and %s creates a key pair and gets the error for a duplicate',
    async (signatureMethod) => {
      const { SecretId, SecretKey } = credentials()
      const client = new Capi({
        ...(await endpoint()),
        secretId: SecretId,
        secretKey: SecretKey,
        serviceType: 'cvm',
        region: 'ap-guangzhou',
        version: '2017-03-12',
        path: '/v2/index.php',
        method,
        signatureMethod,
      })
      const create = (): Promise<ApiAnswer> =>
        client.request({ action: 'CreateKeyPair', KeyName: 'by_capi', ProjectId: 0 })

      const { Response } = await create()
      expect(Response.KeyPair).toMatchObject({ KeyName: 'by_capi', ProjectId: 0 })
      expect(Response.KeyPair?.PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
      expect((await create()).Response.Error).toMatchObject({ Code: 'InvalidKeyPairName.Duplicate' })
    },
  )
})

test('npm @tencent-sdk/capi in 3.0 mode has a valid signature, creates a key pair and gets the error for a duplicate', async () => {
  const { host, secretId, secretKey } = await strictEndpoint()
  const account = { secretId, secretKey, serviceType: 'cvm', region: 'ap-guangzhou' }
  const client = new Capi({ ...account, host, protocol: 'http', version: '2017-03-12', isV3: true })
  const create = (): Promise<ApiAnswer> =>
    client.request({ action: 'CreateKeyPair', KeyName: 'by_capi', ProjectId: 0 }, {}, true)
  expect((await create()).Response.KeyPair).toMatchObject({ KeyName: 'by_capi', ProjectId: 0 })
  expect((await create()).Response.Error).toMatchObject({ Code: 'InvalidKeyPairName.Duplicate' })
})
