import { cvm } from 'tencentcloud-sdk-nodejs-cvm'
import Credential from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/credential.js'
import ClientProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/client_profile.js'
import HttpProfile from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/profile/http_profile.js'
import sts from 'tencentcloud-sdk-nodejs-intl-en/tencentcloud/sts/v20180813/index.js'
import { expect, test } from 'vitest'
import { start } from '../support/emulator.ts'
import { credential as lasting } from '../support/sign.ts'

const temporary = { secretId: 'AKIDtemporary', secretKey: 'SecretKeyForAWhile', token: 'TokenForAWhile' }
const fixtures = { credentials: [lasting, temporary] }

test('a client that assumes a role creates a key pair with the credential of the answer', async () => {
  const emulator = await start({ auth: 'strict', fixtures })
  const { secretId } = temporary
  const Credentials = { TmpSecretId: secretId, TmpSecretKey: { $secretKeyOf: secretId }, Token: { $tokenOf: secretId } }
  await emulator.faults.add({ action: 'AssumeRole', service: 'sts', answer: { Credentials } })
  const http = new HttpProfile()
  http.endpoint = new URL(emulator.url).host
  http.protocol = 'http://'
  const assumeRole = (secretKey: string) => {
    const profile = new ClientProfile('TC3-HMAC-SHA256', http)
    const client = new sts.Client(new Credential(lasting.secretId, secretKey), 'ap-guangzhou', profile)
    const request = new sts.Models.AssumeRoleRequest()
    request.from_json_string('{"RoleArn":"qcs::cam::uin/1:roleName/ci","RoleSessionName":"ci"}')
    return new Promise<{ Credentials: { TmpSecretId: string; TmpSecretKey: string; Token: string } }>(
      (resolve, reject) => {
        client.AssumeRole(request, (error: Error | null, answer: never) => (error ? reject(error) : resolve(answer)))
      },
    )
  }
  await expect(assumeRole('wrong')).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure' })
  const { TmpSecretId, TmpSecretKey, Token } = (await assumeRole(lasting.secretKey)).Credentials

  const create = (token: string) => {
    const client = new cvm.v20170312.Client({
      credential: { secretId: TmpSecretId, secretKey: TmpSecretKey, token },
      region: 'ap-guangzhou',
      profile: { httpProfile: { endpoint: http.endpoint, protocol: 'http://' } },
    })
    return client.CreateKeyPair({ KeyName: 'by_role', ProjectId: 0 })
  }
  await expect(create('another token')).rejects.toMatchObject({ code: 'AuthFailure.TokenFailure' })
  expect(await create(Token)).toMatchObject({ KeyPair: { KeyName: 'by_role' } })
  expect(await emulator.journal.find({ code: 'Success' })).toMatchObject([
    { action: 'AssumeRole', signature: 'valid' },
    { action: 'CreateKeyPair', signature: 'valid' },
  ])
})
