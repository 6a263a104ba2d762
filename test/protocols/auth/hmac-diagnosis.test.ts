import { expect, test } from 'vitest'
import { diagnose as diagnoseSignature } from '../../../src/protocols/auth/hmac-diagnosis.ts'
import { createParams, get, type Sent } from '../../support/api.ts'
import { start } from '../../support/emulator.ts'
import { createLog } from '../../support/log.ts'
import { byName, credential, type Signing, sign } from '../../support/sign.ts'

const params = createParams({
  KeyName: 'a b',
  Region: 'ap-guangzhou',
  allList: '1',
  Token: 'TokenExample',
  'KeyIds.10': 'x',
  'KeyIds.2': 'y',
})
const other = { secretId: 'AKIDother', secretKey: 'AnotherSecretKey' }

async function diagnose(sent: Sent): Promise<Record<string, unknown>> {
  const log = createLog()
  const fixtures = { credentials: [credential, other] }
  const emulator = await start({ auth: 'strict', clock: '2017-03-12T08:00:00Z', log: log.stream, fixtures })
  const { Response } = await get(emulator, sent)
  expect(Response.Error).toStrictEqual({
    Code: 'InvalidParameter.SignatureFailure',
    Message:
      'The provided credentials could not be validated. Please check your signature is correct. `Signature` does not match.',
  })
  const line = log.lines().find(({ level }) => level === 40) ?? {}
  expect(line).toMatchObject({ requestId: Response.RequestId, account: credential.secretId })
  return line
}

const encoded = (pairs: [string, string][]) =>
  byName(pairs).map(([name, value]): [string, string] => [name, encodeURIComponent(value)])
const withoutEmpty = (pairs: [string, string][]) => byName(pairs.filter(([, value]) => value !== ''))

const mistakes: [mistake: string, how: Signing, changes?: Sent][] = [
  ['the SecretKey belongs to another credential', { key: other.secretKey }],
  ['the SecretKey belongs to another credential, has white space around it', { key: `${credential.secretKey}\n` }],
  ['values were percent-encoded before signing', { arrange: encoded }],
  ['parameters were sorted wrongly', { arrange: (pairs) => pairs }],
  ['the signed method is POST, but GET was sent', { method: 'POST' }],
  ['the signed method is get, but GET was sent', { method: 'get' }],
  ['the signed host or port differs: cvm.tencentcloudapi.com', { host: 'cvm.tencentcloudapi.com' }],
  ['the signed host or port differs: 127.0.0.1:8213', { host: '127.0.0.1:8213' }],
  ['the signed path differs: /', { path: '/' }],
  ['the hash does not match SignatureMethod', { hash: 'sha256' }],
  ['the hash does not match SignatureMethod', { hash: 'sha1' }, { SignatureMethod: 'HmacSHA256' }],
  ['a parameter with an empty value was sent but not signed', { arrange: withoutEmpty }, { Description: '' }],
]

test.each(mistakes)('%s: %j', async (mistake, how, changes = {}) => {
  const line = await diagnose(sign({ ...params, ...changes }, how))
  expect(line.mistake).toMatch(new RegExp(`^${mistake.replaceAll(/[.()/]/g, '\\$&')}`))
})

test('underscores that were not replaced', async () => {
  const keepUnderscores = (pairs: [string, string][]) =>
    byName(pairs.map(([name, value]): [string, string] => [name === 'Filters.0.Name' ? 'Filters_0_Name' : name, value]))
  const line = await diagnose(sign({ ...params, Filters_0_Name: 'x' }, { arrange: keepUnderscores }))
  expect(line.mistake).toBe('underscores in names were not replaced by dots')
})

test('a Signature that was not percent-encoded', async () => {
  let nonce = 0
  let signed = sign(params)
  while (!signed.Signature?.includes('+')) signed = sign({ ...params, Nonce: `${++nonce}` })
  const line = await diagnose({ ...signed, Signature: signed.Signature.replaceAll('+', ' ') })
  expect(line.mistake).toBe('Signature was not percent-encoded: its + arrived as a space')
})

test('an empty value that was signed and not sent', async () => {
  const { Version: _version, ...rest } = sign({ ...params, Version: '' })
  expect((await diagnose(rest)).mistake).toBe('Version was signed with an empty value but not sent')
})

test('a mistake that matches no known one is unknown', async () => {
  const line = await diagnose(sign(params, { key: 'a key that no credential has' }))
  expect(line.mistake).toBe('unknown; the SecretKey may be wrong')
  expect((await diagnose(sign({ ...params, Filler: 'x'.repeat(20_000) }, { key: 'none' }))).mistake).toMatch(/^unknown/)
})

test('the expected string to sign is logged without the Token, and is never part of an answer', async () => {
  const line = await diagnose(sign(params, { path: '/' }))
  expect(line.stringToSign).toMatch(
    /^GET127\.0\.0\.1:\d+\/v2\/index\.php\?Action=CreateKeyPair&KeyIds\.10=x&KeyIds\.2=y&KeyName=a b&/,
  )
  expect(line.stringToSign).toMatch(/&Token=\*\*\*&Version=2017-03-12&allList=1$/)
  expect(JSON.stringify(line)).not.toMatch(/TokenExample|SecretKey[A-Z]|AnotherSecret/)
})

test('a secret that was sent by mistake is not logged', async () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIICXgIBAAKBgQDP0Yw2T4itUKOJ\n-----END RSA PRIVATE KEY-----'
  const mistaken = {
    PublicKey: pem,
    SecretKey: 'x1',
    secret_key: 'x2',
    Extra: `a ${other.secretKey}`,
    [other.secretKey]: '1',
    token: 'TokenExample',
  }
  const { Token: _token, ...rest } = params
  const line = JSON.stringify(await diagnose(sign({ ...rest, ...mistaken }, { key: 'none' })))
  expect(line).toContain('PublicKey=***')
  expect(line).not.toMatch(/PRIVATE|MIIC|x1|x2|AnotherSecret|TokenExample/)
})

test('of a large request only a part is searched for secrets and shown', () => {
  let searched = 0
  const containsSecret = (text: string) => {
    searched += text.length
    return false
  }
  const entries = Array.from({ length: 100 }, (_, index): [string, string] => [`Name${index}`, 'x'.repeat(50_000)])
  const request = { method: 'POST', host: '127.0.0.1', path: '/v2/index.php', entries }
  const { stringToSign, mistake } = diagnoseSignature({
    request,
    key: 'a key',
    signature: 'wrong',
    credentials: [],
    containsSecret,
  } as never)
  expect([searched < 200_000, stringToSign.length]).toStrictEqual([true, 65_536])
  expect(mistake).toMatch(/^unknown/)
})
