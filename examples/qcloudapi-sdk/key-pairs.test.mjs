import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { promisify } from 'node:util'
import { startEmulator } from 'cvm-emulator'
import QcloudApi from 'qcloudapi-sdk'

const credential = { secretId: 'AKIDteam', secretKey: 'a key to sign with' }
const emulator = await startEmulator({ port: 0, auth: 'strict', fixtures: { credentials: [credential] } })
after(() => emulator.close())
beforeEach(() => emulator.reset())

// The client sends its requests for https://cvm.api.qcloud.com through this proxy: the emulator
process.env.HTTPS_PROXY = emulator.url
const client = new QcloudApi({
  SecretId: credential.secretId,
  SecretKey: credential.secretKey,
  serviceType: 'cvm',
  Region: 'ap-guangzhou',
})
const request = promisify((params, callback) => client.request({ Version: '2017-03-12', ...params }, callback))
const create = (KeyName) => request({ Action: 'CreateKeyPair', KeyName, ProjectId: 0 })

test('the client creates and lists a key pair at its default host', async () => {
  const { KeyPair } = (await create('web')).Response
  assert.match(KeyPair.PrivateKey, /^-----BEGIN RSA PRIVATE KEY-----\n/)
  const { KeyPairSet } = (await request({ Action: 'DescribeKeyPairs' })).Response
  assert.deepEqual(
    KeyPairSet.map(({ KeyId }) => KeyId),
    [KeyPair.KeyId],
  )
  const [entry] = await emulator.journal.find({ action: 'CreateKeyPair' })
  assert.equal(entry.signature, 'valid')
})

test('the client gets a forced error', async () => {
  await emulator.faults.add({ action: 'CreateKeyPair', next: 1, error: 'InternalServerError' })
  assert.equal((await create('web')).Response.Error.Code, 'InternalServerError')
  assert.equal((await create('web')).Response.KeyPair.KeyName, 'web')
})
