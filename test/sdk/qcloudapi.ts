import QcloudApi from 'qcloudapi-sdk'
import type { ApiAnswer } from '../support/api.ts'
import { credentials, endpoint } from './endpoint.ts'

/** Returns a function that creates key pairs with npm `qcloudapi-sdk`, in a new account. */
export async function qcloudapi(method: 'GET' | 'POST'): Promise<(KeyName: string) => Promise<ApiAnswer>> {
  const { host, protocol } = await endpoint()
  const client = new QcloudApi({ ...credentials(), serviceType: 'cvm', Region: 'ap-guangzhou', method, protocol })
  return (KeyName) =>
    new Promise((resolve, reject) => {
      const params = { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName, ProjectId: 0 }
      client.request<ApiAnswer>(params, { host }, (error, answer) => (error ? reject(error) : resolve(answer)))
    })
}
