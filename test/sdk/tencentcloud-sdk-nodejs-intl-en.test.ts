import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { strictEndpoint } from './strict-endpoint.js'

/** It has no types, and loads every service by its index. */
const require = createRequire(import.meta.url)

test.each(['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1'])(
  'npm tencentcloud-sdk-nodejs-intl-en with %s creates a key pair and is told of a duplicate',
  async (signMethod) => {
    const { host, secretId, secretKey } = await strictEndpoint()
    const folder = 'tencentcloud-sdk-nodejs-intl-en/tencentcloud'
    const { Client, Models } = require(`${folder}/cvm/v20170312/index.js`)
    const { Credential, ClientProfile, HttpProfile } = commonOf(folder)
    const http = new HttpProfile()
    http.endpoint = host
    http.protocol = 'http://'
    const profile = new ClientProfile(signMethod, http)
    const client = new Client(new Credential(secretId, secretKey), 'ap-singapore', profile)
    const create = () => {
      const request = new Models.CreateKeyPairRequest()
      request.from_json_string(JSON.stringify({ KeyName: 'by_intl', ProjectId: 0 }))
      return new Promise((resolve) => {
        client.CreateKeyPair(request, (error: { code: string } | null, answer: object) => resolve(error ?? answer))
      })
    }
    expect(await create()).toMatchObject({ KeyPair: { KeyName: 'by_intl', ProjectId: 0 } })
    expect(await create()).toMatchObject({ code: 'InvalidKeyPairName.Duplicate' })
  },
)

const commonOf = (folder: string) => ({
  Credential: require(`${folder}/common/credential.js`),
  ClientProfile: require(`${folder}/common/profile/client_profile.js`),
  HttpProfile: require(`${folder}/common/profile/http_profile.js`),
})
