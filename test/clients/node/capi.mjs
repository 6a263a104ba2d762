import { Capi } from '@tencent-sdk/capi'
import { endpoint, perform, unwrap } from './steps.mjs'

const { CVM_API } = process.env
const version = '2017-03-12'
const api = CVM_API === '3.0' ? { isV3: true } : { path: '/v2/index.php' }

await perform('@tencent-sdk/capi', async (action, params, { region, secretId, secretKey, token }) => {
  const client = new Capi({
    ...{ secretId, secretKey, token, region, serviceType: 'cvm', version, ...api },
    ...{ protocol: endpoint.protocol.slice(0, -1), host: endpoint.host },
  })
  return unwrap(await client.request({ action, ...params }, {}, CVM_API === '3.0'))
})
