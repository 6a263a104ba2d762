import QcloudApi from 'qcloudapi-sdk'
import { describe, expect, test } from 'vitest'
import type { ApiAnswer } from '../support/api.js'
import { credentials, endpoint } from './endpoint.js'

describe.each(['GET', 'POST'] as const)('npm qcloudapi-sdk by %s', (method) => {
  test('creates a key pair and is told of a duplicate', async () => {
    const { host, protocol } = await endpoint()
    const client = new QcloudApi({ ...credentials(), serviceType: 'cvm', Region: 'ap-guangzhou', method, protocol })
    const call = (KeyName: string) =>
      new Promise<ApiAnswer>((resolve, reject) => {
        const params = { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName, ProjectId: 0 }
        client.request(params, { host }, (error, answer) => (error ? reject(error) : resolve(answer)))
      })

    const { Response } = await call('by_sdk')
    expect(Response.KeyPair).toMatchObject({ KeyName: 'by_sdk', ProjectId: 0 })
    expect(Response.KeyPair?.PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect((await call('by_sdk')).Response.Error).toMatchObject({ Code: 'InvalidKeyPairName.Duplicate' })
  })
})
