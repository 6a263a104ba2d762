import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startEmulator } from 'cvm-emulator'

const fixtures = { accounts: { AKIDteam: { keyPairs: [{ keyName: 'web', seed: 'any text' }] } } }
const emulator = await startEmulator({ port: 0, fixtures })
after(() => emulator.close())
beforeEach(() => emulator.reset())

// In place of this function, call the code that you test
async function create(KeyName) {
  const params = { Action: 'CreateKeyPair', Version: '2017-03-12', SecretId: 'AKIDteam', ProjectId: 0, KeyName }
  const { Response } = await (await fetch(`${emulator.url}/v2/index.php?${new URLSearchParams(params)}`)).json()
  return Response.Error?.Code ?? 'Success'
}

test('a prepared name is taken, the second create fails after a delay, and a retry succeeds', async () => {
  await emulator.faults.add({ action: 'CreateKeyPair', after: 1, next: 1, delay: 200, error: 'InternalServerError' })
  const codes = [await create('web'), await create('one'), await create('one')]
  assert.deepEqual(codes, ['InvalidKeyPairName.Duplicate', 'InternalServerError', 'Success'])
  const [failed] = await emulator.journal.find({ code: 'InternalServerError' })
  assert.equal(failed.parameters.KeyName, 'one')
  assert.ok(failed.durationMs >= 200)
})
