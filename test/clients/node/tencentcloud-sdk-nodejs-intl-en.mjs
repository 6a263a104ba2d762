// snippet endpoint
import Credential from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/credential.js'
import ClientProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/client_profile.js'
import HttpProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/http_profile.js'
import cvm from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/cvm/v20170312/index.js'

// end
import { endpoint, perform } from './steps.mjs'

await perform('tencentcloud-sdk-nodejs-intl-en', (action, params, { region, secretId, secretKey, token }) => {
  // snippet endpoint; `${endpoint.protocol}//` => 'http://'; endpoint.host => '127.0.0.1:8213'; secretId => 'AKIDexample'; secretKey, token => 'any'; region => 'ap-singapore'
  const http = new HttpProfile()
  http.protocol = `${endpoint.protocol}//`
  http.endpoint = endpoint.host
  const profile = new ClientProfile('TC3-HMAC-SHA256', http)
  const client = new cvm.Client(new Credential(secretId, secretKey, token), region, profile)
  // end
  const request = new cvm.Models[`${action}Request`]()
  request.from_json_string(JSON.stringify(params))
  return new Promise((resolve, reject) => {
    client[action](request, (error, answer) => (error ? reject(error) : resolve(answer)))
  })
})
