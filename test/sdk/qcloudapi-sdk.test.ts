import { expect, test } from 'vitest'
import { qcloudapi } from './qcloudapi.ts'

test.each(['GET', 'POST'] as const)(
  'npm qcloudapi-sdk creates a key pair by %s and gets the error for a duplicate',
  async (method) => {
    const create = await qcloudapi(method)
    const { Response } = await create('by_sdk')
    expect(Response.KeyPair).toMatchObject({ KeyName: 'by_sdk', ProjectId: 0 })
    expect(Response.KeyPair?.PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect((await create('by_sdk')).Response.Error).toMatchObject({ Code: 'InvalidKeyPairName.Duplicate' })
  },
)
