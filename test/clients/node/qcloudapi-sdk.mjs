import { promisify } from 'node:util'
import QcloudApi from 'qcloudapi-sdk'
import { endpoint, perform, unwrap } from './steps.mjs'

// Without an endpoint it calls its own host, through the proxy of HTTPS_PROXY
const options = endpoint && { protocol: endpoint.protocol.slice(0, -1), host: endpoint.host }

await perform('qcloudapi-sdk', async (Action, params, { region, secretId, secretKey, token }) => {
  const client = new QcloudApi({ SecretId: secretId, SecretKey: secretKey, serviceType: 'cvm', Region: region })
  const data = { Action, Version: '2017-03-12', ...params, ...(token && { Token: token }) }
  return unwrap(await promisify(client.request.bind(client))(data, options))
})
