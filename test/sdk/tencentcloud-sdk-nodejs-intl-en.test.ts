import Credential from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/credential.js'
import ClientProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/client_profile.js'
import HttpProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/http_profile.js'
import cvm from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/cvm/v20170312/index.js'
import { expect, test } from 'vitest'
import { strictEndpoint } from './strict-endpoint.ts'

test.each(['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1'])(
  'npm tencentcloud-sdk-nodejs-intl-en with %s creates a key pair and gets the error for a duplicate',
  async (signMethod) => {
    const { host, secretId, secretKey } = await strictEndpoint()
    const http = new HttpProfile()
    http.endpoint = host
    http.protocol = 'http://'
    const profile = new ClientProfile(signMethod, http)
    const client = new cvm.Client(new Credential(secretId, secretKey), 'ap-singapore', profile)
    const create = () => {
      const request = new cvm.Models.CreateKeyPairRequest()
      request.from_json_string(JSON.stringify({ KeyName: 'by_intl', ProjectId: 0 }))
      return new Promise((resolve) => {
        client.CreateKeyPair(request, (error: { code: string } | null, answer: object) => resolve(error ?? answer))
      })
    }
    expect(await create()).toMatchObject({ KeyPair: { KeyName: 'by_intl', ProjectId: 0 } })
    expect(await create()).toMatchObject({ code: 'InvalidKeyPairName.Duplicate' })
  },
)
