// snippet proxy
import { cvm } from 'tencentcloud-sdk-nodejs-cvm'

// end
import { endpoint, perform } from './steps.mjs'

// Without an endpoint it calls its own host, through the proxy of http_proxy
const httpProfile = endpoint && { protocol: `${endpoint.protocol}//`, endpoint: endpoint.host }

await perform('tencentcloud-sdk-nodejs-cvm', (action, params, { region, ...credential }) => {
  // snippet proxy; credential, region => credential: { secretId: 'AKIDexample', secretKey: 'any' }, region: 'ap-guangzhou'; , profile: { httpProfile } =>
  const client = new cvm.v20170312.Client({ credential, region, profile: { httpProfile } })
  // end
  return client[action](params)
})
