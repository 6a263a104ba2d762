import { cvm } from 'tencentcloud-sdk-nodejs-cvm'
import { endpoint, perform } from './steps.mjs'

// The client reads no variable for its proxy
const httpProfile = endpoint
  ? { protocol: `${endpoint.protocol}//`, endpoint: endpoint.host }
  : { proxy: process.env.HTTPS_PROXY }

await perform('tencentcloud-sdk-nodejs-cvm', (action, params, { region, ...credential }) => {
  const client = new cvm.v20170312.Client({ credential, region, profile: { httpProfile } })
  return client[action](params)
})
