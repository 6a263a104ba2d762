import { expect, test } from 'vitest'
import type { SignatureDiagnosis } from '../../../src/journal/entry.ts'
import { diagnose as diagnoseSignature } from '../../../src/protocols/auth/hmac-diagnosis.ts'
import { createParams, get, type Sent } from '../../support/api.ts'
import { differenceOf, lastEntry } from '../../support/diagnosis.ts'
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

/** Sends a request whose signature is refused. Returns the diagnosis in the journal over HTTP, and the log. */
async function refuse(sent: Sent) {
  const log = createLog()
  const fixtures = { credentials: [credential, other] }
  const emulator = await start({ auth: 'strict', clock: '2017-03-12T08:00:00Z', log: log.stream, fixtures })
  const { Response } = await get(emulator, sent)
  expect(Response.Error).toStrictEqual({
    Code: 'InvalidParameter.SignatureFailure',
    Message:
      'The provided credentials could not be validated. Please check your signature is correct. `Signature` does not match.',
  })
  const { diagnosis, ...entry } = await lastEntry(emulator.url)
  expect(entry).toMatchObject({ requestId: Response.RequestId, account: credential.secretId, signature: 'refused' })
  const line = log.lines().find(({ level }) => level === 40) ?? {}
  expect(line).toMatchObject({ requestId: Response.RequestId, mistake: diagnosis?.mistake })
  return { ...(diagnosis as SignatureDiagnosis), line }
}

const encoded = (pairs: [string, string][]) =>
  byName(pairs).map(([name, value]): [string, string] => [name, encodeURIComponent(value)])
const withoutEmpty = (pairs: [string, string][]) => byName(pairs.filter(([, value]) => value !== ''))

/** As PHP writes a list into a text: its members are one parameter. */
const asText = (pairs: [string, string][]) =>
  byName([
    ...new Map(
      pairs.map(([name, value]): [string, string] => {
        const [list = ''] = name.split(/[.[]\d/)
        return [list, list === name ? value : 'Array']
      }),
    ),
  ])
const withUnderscores = (pairs: [string, string][]) =>
  byName(pairs.map(([name, value]): [string, string] => [name === 'Filters.0.Name' ? 'Filters_0_Name' : name, value]))

interface Case {
  readonly cause: string
  readonly how: Signing
  readonly more?: Sent
  readonly mistake: string
  /** What begins at the first difference: what is right, and what was signed. */
  readonly difference?: readonly [string, string]
}

const cases: Case[] = [
  { cause: 'wrong-secret', how: { key: other.secretKey }, mistake: 'the SecretKey belongs to another credential' },
  {
    cause: 'wrong-secret',
    how: { key: `${credential.secretKey}\n` },
    mistake: 'the SecretKey belongs to another credential, has white space around it',
  },
  {
    cause: 'values-encoded-before-signing',
    how: { arrange: encoded },
    mistake: 'values were percent-encoded before signing',
    difference: [' b&Nonce', '%20b&Nonce'],
  },
  {
    cause: 'wrong-order',
    how: { arrange: (pairs) => pairs },
    mistake: 'parameters were sorted wrongly',
    difference: ['Action=', 'SecretId='],
  },
  {
    cause: 'wrong-method',
    how: { method: 'POST' },
    mistake: 'the signed method is POST, but GET was sent',
    difference: ['GET127', 'POST127'],
  },
  {
    cause: 'wrong-method',
    how: { method: 'get' },
    mistake: 'the signed method is get, but GET was sent',
    difference: ['GET127', 'get127'],
  },
  {
    cause: 'wrong-host',
    how: { host: 'cvm.tencentcloudapi.com' },
    mistake: 'the signed host or port differs: cvm.tencentcloudapi.com',
    difference: ['127.0.0.1', 'cvm.tencentcloudapi.com/v2/'],
  },
  {
    cause: 'wrong-host',
    how: { host: '127.0.0.1:80' },
    mistake: 'the signed host or port differs: 127.0.0.1:80',
    // The port of the test comes first on the right side
    difference: ['', '80/v2/'],
  },
  {
    cause: 'wrong-path',
    how: { path: '/' },
    mistake: 'the signed path differs: /',
    difference: ['v2/index.php?Action', '?Action'],
  },
  { cause: 'wrong-hash', how: { hash: 'sha256' }, mistake: 'the hash does not match SignatureMethod' },
  {
    cause: 'wrong-hash',
    how: { hash: 'sha1' },
    more: { SignatureMethod: 'HmacSHA256' },
    mistake: 'the hash does not match SignatureMethod',
  },
  {
    cause: 'empty-value-not-signed',
    how: { arrange: withoutEmpty },
    more: { Description: '' },
    mistake: 'a parameter with an empty value was sent but not signed',
    difference: ['Description=&KeyIds', 'KeyIds.10='],
  },
  {
    cause: 'underscores-not-replaced',
    how: { arrange: withUnderscores },
    more: { Filters_0_Name: 'x' },
    mistake: 'underscores in names were not replaced by dots',
    difference: ['.0.Name=x', '_0_Name=x'],
  },
  {
    cause: 'array-signed-as-text',
    how: { arrange: asText },
    mistake: 'a list was signed as the text Array',
    difference: ['.10=x&KeyIds.2=y&KeyName', '=Array&KeyName'],
  },
  {
    cause: 'array-signed-as-text',
    how: { arrange: asText },
    more: { 'InstanceIds[0]': 'ins-1', 'Filters[0][Name]': 'a', 'Filters[0][Values][0]': 'b' },
    mistake: 'a list was signed as the text Array',
    difference: ['[0][Name]=a&', '=Array&InstanceIds=Array&KeyIds=Array&'],
  },
]

test.each(cases)('$cause: $mistake', async ({ how, more = {}, cause, mistake, difference }) => {
  const { line: _line, ...diagnosis } = await refuse(sign({ ...params, ...more }, how))
  expect(diagnosis.cause).toBe(cause)
  expect(diagnosis.mistake.startsWith(mistake), diagnosis.mistake).toBe(true)
  expect(diagnosis.expected).toMatch(/^GET127\.0\.0\.1(:\d+)?\/v2\/index\.php\?Action=CreateKeyPair&/)
  if (!difference) {
    // Then the text that was signed is right, or unknown
    expect(Object.keys(diagnosis)).toStrictEqual(['cause', 'mistake', 'expected'])
    return
  }
  const found = differenceOf(diagnosis)
  for (const [index, begin] of difference.entries()) expect(found[index]?.slice(0, begin.length)).toBe(begin)
})

test('signature-not-encoded: a + that arrived as a space', async () => {
  let nonce = 0
  let signed = sign(params)
  while (!signed.Signature?.includes('+')) signed = sign({ ...params, Nonce: `${++nonce}` })
  const { cause, mistake } = await refuse({ ...signed, Signature: signed.Signature.replaceAll('+', ' ') })
  expect([cause, mistake]).toStrictEqual([
    'signature-not-encoded',
    'Signature was not percent-encoded: its + arrived as a space',
  ])
})

test('empty-value-not-sent: an empty value that was signed', async () => {
  const { Version: _version, ...rest } = sign({ ...params, Version: '' })
  const diagnosis = await refuse(rest)
  expect(diagnosis).toMatchObject({
    cause: 'empty-value-not-sent',
    mistake: 'Version was signed with an empty value but not sent',
  })
  expect(differenceOf(diagnosis)).toStrictEqual(['allList=1', 'Version=&allList=1'])
})

test('signature-too-long: a text that cannot be a signature', async () => {
  const { cause, expected, received } = await refuse({ ...sign(params), Signature: 'x'.repeat(300) })
  expect([cause, expected.length > 100, received]).toStrictEqual(['signature-too-long', true, undefined])
})

test('a long string to sign is cut around the difference', async () => {
  const filler = { Filler: 'f'.repeat(5_000), Zone: 'z'.repeat(5_000) }
  const diagnosis = await refuse(sign({ ...params, ...filler }, { arrange: encoded }))
  const [right, wrong] = differenceOf(diagnosis)
  expect([right.slice(0, 3), wrong.slice(0, 5)]).toStrictEqual([' b&', '%20b&'])
  for (const text of [diagnosis.expected, diagnosis.received])
    expect(text).toMatch(/^…f{1000,2000}[\s\S]{1000,4000}z…$/)
  expect(diagnosis.expected).toHaveLength(4_002)
})

test('a mistake that matches no known one is unknown', async () => {
  const { cause, mistake, received } = await refuse(sign(params, { key: 'a key that no credential has' }))
  expect([cause, mistake, received]).toStrictEqual(['unknown', 'unknown; the SecretKey may be wrong', undefined])
  const long = await refuse(sign({ ...params, Filler: 'x'.repeat(20_000) }, { key: 'none' }))
  expect([long.cause, long.mistake]).toStrictEqual([
    'request-too-long',
    'unknown; the request is too long to try known mistakes',
  ])
  expect(long.expected).toHaveLength(4_001)
})

test('the expected string to sign is shown without the Token, and is never part of an answer', async () => {
  const { line, ...diagnosis } = await refuse(sign(params, { path: '/' }))
  for (const text of [line.stringToSign, diagnosis.expected]) {
    expect(text).toMatch(
      /^GET127\.0\.0\.1(:\d+)?\/v2\/index\.php\?Action=CreateKeyPair&KeyIds\.10=x&KeyIds\.2=y&KeyName=a b&/,
    )
    expect(text).toMatch(/&Token=\*\*\*&Version=2017-03-12&allList=1$/)
  }
  expect(diagnosis.received).toMatch(/^GET127\.0\.0\.1\/\?Action=.*&Token=\*\*\*&Version=2017-03-12&allList=1$/)
  expect(JSON.stringify([line, diagnosis])).not.toMatch(/TokenExample|SecretKey[A-Z]|AnotherSecret/)
})

test('a Token that was encoded before signing is hidden in both texts, so that they are the same', async () => {
  const signed = sign({ ...params, KeyName: 'a', Token: 'Token+Example/' }, { arrange: encoded })
  const { line, ...diagnosis } = await refuse(signed)
  expect(diagnosis).toStrictEqual({
    cause: 'values-encoded-before-signing',
    mistake: 'values were percent-encoded before signing',
    expected: expect.stringContaining('&Token=***&'),
  })
  expect(JSON.stringify([line, diagnosis])).not.toMatch(/Example/)
})

test.each([
  ['encoded', { arrange: encoded }, 'values-encoded-before-signing'],
  ['in a wrong order', { arrange: (pairs: [string, string][]) => pairs }, 'wrong-order'],
  ['with another key', { key: 'none' }, 'unknown'],
])('a secret that was sent by mistake is hidden, signed %s', async (_how, how, cause) => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIICXgIBAAKBgQDP0Yw2T4itUKOJ\n-----END RSA PRIVATE KEY-----'
  const mistaken = {
    PublicKey: pem,
    SecretKey: 'x1',
    secret_key: 'x2',
    Extra: `a ${other.secretKey}`,
    EncodedThreeTimes: `a%252520${[...other.secretKey].map((c) => `%2525${c.charCodeAt(0).toString(16)}`).join('')}`,
    [other.secretKey]: '1',
    token: 'TokenExample',
  }
  const { Token: _token, ...rest } = params
  const refused = await refuse(sign({ ...rest, ...mistaken }, how))
  expect(refused.cause).toBe(cause)
  for (const text of [refused.expected, ...(refused.received ? [refused.received] : []), refused.line.stringToSign]) {
    expect(text).toContain('PublicKey=***')
    expect(text).toContain('EncodedThreeTimes=***')
  }
  expect(JSON.stringify(refused)).not.toMatch(/PRIVATE|MIIC|x1|x2|AnotherSecret|TokenExample|41%25/)
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
