import { expect, test } from 'vitest'
import { type AnyAnswer, call } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { pem } from '../support/pem.ts'
import { credential } from '../support/sign.ts'

const token = 'TokenOfTheSigner0123456789'
const fixtures = { credentials: [{ ...credential, token }] }
const fault = { error: 'InternalError' as const }
const secretDocuments: [string, object][] = [
  ['/faults/1', { faults: [fault, { ...fault, message: `It is ${credential.secretKey}` }] }],
  ['/faults/0', { faults: [{ ...fault, id: credential.secretKey }] }],
  ['/faults/0', { faults: [{ status: 502, body: pem('a body') }] }],
  ['/faults/0', { faults: [{ ...fault, account: credential.secretKey }] }],
  ['the name of member 2 of /accounts', { accounts: { one: {}, [token]: {} } }],
  ['/credentials/0/account', { credentials: [{ ...credential, token, account: `of ${credential.secretKey}` }] }],
  ['/credentials/0/secretId', { credentials: [{ ...credential, token, secretId: `${token}.` }] }],
  ['the name of member 1 of /requests', { requests: { [credential.secretKey]: 1 } }],
]

test.each(secretDocuments)('%s of a state with a secret is refused', async (path, document) => {
  const rule = `${path} may not contain a SecretKey, a Token or what looks like a private key.`
  await expect(start({ fixtures: { ...fixtures, ...document } })).rejects.toThrow(`: ${rule}`)
  const emulator = await start({ fixtures })
  const before = await emulator.state.export()
  await expect(emulator.state.import(document)).rejects.toThrow(`state: ${rule}`)
  expect(await emulator.state.export()).toStrictEqual(before)
  // A secret of the document itself
  const own = await start()
  await expect(own.state.import({ ...fixtures, ...document })).rejects.toThrow(`state: ${rule}`)
})

test('a SecretKey that is also a SecretId or an account is no secret', async () => {
  const [name, account] = ['emulatoradmin', 'accountoftest'] as const
  const credentials = [{ secretId: name, secretKey: name, account }]
  const emulator = await start({ auth: 'off', fixtures: { credentials } })
  await emulator.faults.add({ account: name, error: 'InternalError', next: 1 })
  const { Response }: AnyAnswer = await call(emulator, 'DescribeKeyPairs', { SecretId: name })
  expect(Response.Error.Code).toBe('InternalError')
  expect(await emulator.journal.find({ account: name })).toMatchObject([{ account, parameters: { SecretId: name } }])
})

test.each([
  'CI-Run-20241127T161951Z-PR1234-Node22-LinuxX64-ABCdef',
  'E2E_TestSuiteA1_Run42_NodeV22_UbuntuLTS2404_ShardB3of8',
])('%s may name an account, of a credential, too', async (name) => {
  const emulator = await start({ auth: 'off', fixtures: { credentials: [{ ...credential, account: name }] } })
  for (const SecretId of [name, credential.secretId]) {
    const { Response } = await call(emulator, 'DescribeKeyPairs', { SecretId })
    expect(Response.Error).toBeUndefined()
    expect(await emulator.journal.count({ account: name })).toBe(SecretId === name ? 1 : 2)
  }
  await emulator.reset(name)
  expect(await emulator.journal.count()).toBe(0)
})

test('an error of a control route repeats a bounded part of a long name', async () => {
  const emulator = await start()
  const answer = await fetch(`${emulator.url}/_emulator/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ['%2525'.repeat(100_000)]: 1 }),
  })
  expect(answer.status).toBe(400)
  const { error } = (await answer.json()) as { error: { message: string } }
  expect(error.message).toMatch(/^body has an unknown member `[%25]+…$/)
  expect(error.message.length).toBeLessThan(3_000)
})

test('a SecretId that contains a secret is refused, and the message says why', async () => {
  const emulator = await start({ auth: 'off', fixtures })
  const { Response }: AnyAnswer = await call(emulator, 'DescribeKeyPairs', { SecretId: credential.secretKey })
  expect(Response.Error).toStrictEqual({
    Code: 'InvalidParameter.SecretIdNotFound',
    Message: 'The SecretId does not exist. `SecretId` contains a SecretKey, a Token or what looks like a private key.',
  })
  const own = await call(emulator, 'DescribeKeyPairs', { SecretId: credential.secretId })
  expect(own.Response.Error).toBeUndefined()
})
