import { describe, expect, test } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator.ts'
import { recordDiagnosis } from '../../src/journal/diagnosis.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { cut } from '../../src/journal/redaction.ts'
import { type AnyAnswer, call, get, post, type Sent } from '../support/api.ts'
import { call30, tc3 } from '../support/api-3.0.ts'
import { lastEntry } from '../support/diagnosis.ts'
import { start } from '../support/emulator.ts'
import { multipart } from '../support/multipart.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const strict = (options: EmulatorOptions = {}) =>
  start({ auth: 'strict', clock: '2017-03-12T08:00:00Z', fixtures: { credentials: [credential] }, ...options })

const describeKeyPairs = { Action: 'DescribeKeyPairs', Version: '2017-03-12' }
const withToken = { fixtures: { credentials: [{ ...credential, token: 'TokenExample' }] } }

/** The code and the message of an answer, of the account API, too. */
function errorOf({ Response, message }: AnyAnswer) {
  return Response ? { message: Response.Error?.Message } : { message }
}

describe('a refused request is understood from the journal alone', () => {
  test.each<[what: string, sent: Sent, options: EmulatorOptions, message: string]>([
    [
      'an expired Timestamp',
      sign({ ...describeKeyPairs, Timestamp: '1489305000' }),
      {},
      '`Timestamp` 1489305000 differs from the server time 1489305600 by more than 300 seconds.',
    ],
    [
      'an unknown SecretId',
      sign({ ...describeKeyPairs, SecretId: 'AKIDnobody' }),
      {},
      'The SecretId `AKIDnobody` does not exist.',
    ],
    [
      'another Token',
      sign({ ...describeKeyPairs, Token: 'other' }),
      withToken,
      '`Token` does not belong to this SecretId.',
    ],
    [
      'a missing Timestamp',
      { ...describeKeyPairs, SecretId: credential.secretId, Nonce: '1', Signature: 'x' },
      {},
      'required parameter `Timestamp`',
    ],
  ])('%s', async (_what, sent, options, message) => {
    const emulator = await strict(options)
    const answer = await get(emulator, sent)
    const entry = await lastEntry(emulator.url)
    expect(entry).toMatchObject({ ...errorOf(answer), status: 200, signature: 'refused' })
    expect(entry.message).toContain(message)
    expect(entry).not.toHaveProperty('diagnosis')
  })

  test('a replayed Nonce', async () => {
    const emulator = await strict({ nonceCheck: 'on' })
    await get(emulator, sign(describeKeyPairs))
    const answer = await get(emulator, sign(describeKeyPairs))
    const entry = await lastEntry(emulator.url)
    expect(entry).toMatchObject({ ...errorOf(answer), status: 200 })
    expect(entry.message).toContain('`Nonce` 345122 was already used with this `Timestamp`.')
  })

  test.each([
    [
      'a malformed Authorization',
      'TC3-HMAC-SHA256 Credential=x',
      'it must be `TC3-HMAC-SHA256 Credential=SecretId/date/service/tc3_request, SignedHeaders=…, Signature=…`.',
    ],
    ['a header that is not signed', tc3({ signedHeaders: 'host' }), '`SignedHeaders` must include `content-type`.'],
    [
      'an expired timestamp of 3.0',
      tc3({ payload: '{}', timestamp: 1489305000 }),
      '`Timestamp` 1489305000 differs from the server time 1489305600 by more than 300 seconds.',
    ],
  ])('%s', async (_what, Authorization, message) => {
    const { url, port } = await strict()
    const time =
      Authorization.includes('2017-03-12/cvm') && message.includes('1489305000') ? '1489305000' : '1489305600'
    const common = { 'X-TC-Action': 'DescribeKeyPairs', 'X-TC-Version': '2017-03-12', 'X-TC-Timestamp': time }
    const headers = { ...common, Authorization, 'Content-Type': 'application/json', 'User-Agent': 'SDK_TEST_1.0' }
    const answer = (await sendRaw(port, request('POST', '/', headers, '{}'))).answer()
    const entry = await lastEntry(url)
    expect(entry).toMatchObject({
      ...errorOf(answer),
      method: 'POST',
      path: '/',
      apiVersion: '3.0',
      client: 'SDK_TEST_1.0',
      status: 200,
      signature: 'refused',
    })
    expect(entry.message).toContain(message)
  })
})

test('the message is that of the answer, in both versions and in the account API', async () => {
  const emulator = await start()
  const answers = [
    await call(emulator, 'CreateKeyPair', { KeyName: 'a b', ProjectId: '0' }),
    await call30(emulator, 'CreateKeyPair', { KeyName: 'a' }),
    await call(emulator, 'AddProject', { projectName: 'one' }),
    await call(emulator, 'AddProject', { projectName: 'one' }),
  ]
  const entries = await emulator.journal.find()
  expect(entries.map(({ message }) => message)).toStrictEqual([
    errorOf(answers[0]).message,
    errorOf(answers[1]).message,
    undefined,
    errorOf(answers[3]).message,
  ])
  expect(entries[3]?.message).toMatch(/^\(1036\)/)
  expect(entries.map(({ apiVersion, path, method }) => `${method} ${path} ${apiVersion}`)).toStrictEqual([
    'GET /v2/index.php 2017-03-12',
    'POST / 3.0',
    ...Array(2).fill('GET /v2/index.php 2017-03-12'),
  ])
})

test('the status is the one that was sent, and none when the connection was dropped', async () => {
  const emulator = await start()
  await emulator.faults.add({ next: 1, status: 503 })
  await emulator.faults.add({ next: 1, drop: 'middle' })
  await emulator.faults.add({ next: 1, drop: 'before' })
  for (let i = 0; i < 4; i++) await call(emulator, 'DescribeKeyPairs').catch(() => undefined)
  await sendRaw(emulator.port, 'GET /v2/index.php HTTP/9.9\r\n\r\n')
  const tooLarge = Buffer.alloc(11 * 1024 * 1024)
  await sendRaw(emulator.port, request('POST', '/', { 'User-Agent': 'large' }, tooLarge)).catch(() => undefined)
  const entries = await emulator.journal.find()
  expect(entries.map(({ code, status, message }) => [code, status, message === undefined])).toStrictEqual([
    ['HTTP 503', 503, true],
    ['Dropped middle', undefined, true],
    ['Dropped before', undefined, true],
    ['Success', 200, true],
    ['InvalidParameter', 400, false],
    ['RequestSizeLimitExceeded', 200, false],
  ])
  expect(entries[4]).toMatchObject({ method: undefined, path: undefined, client: undefined })
  expect(entries[5]).toMatchObject({ method: 'POST', path: '/', apiVersion: '3.0', client: 'large' })
})

test('a long User-Agent is truncated', async () => {
  const emulator = await start()
  await call30(emulator, 'DescribeKeyPairs', {}, { 'User-Agent': 'u'.repeat(10_000) })
  expect((await lastEntry(emulator.url)).client).toHaveLength(257)
})

test('long texts are cut on the side that is too long, and of a diagnosis the part with the difference is kept', () => {
  expect(cut('m'.repeat(100_000))).toBe(`${'m'.repeat(4_000)}…`)
  const [begin, end] = ['b'.repeat(1_000_000), 'e'.repeat(1_000_000)]
  const texts = { expected: `${begin}1${end}`, received: `${begin}2` }
  expect(recordDiagnosis({ cause: 'wrong-path', mistake: 'm', ...texts }, () => false)).toStrictEqual({
    cause: 'wrong-path',
    mistake: 'm',
    expected: `…${'b'.repeat(2_000)}1${'e'.repeat(1_999)}…`,
    received: `…${'b'.repeat(2_000)}2`,
    firstDifference: 2_001,
  })
})

test('a text is not cut within a surrogate pair', () => {
  expect(cut(`${'m'.repeat(3_999)}😀n`)).toBe(`${'m'.repeat(3_999)}…`)
  const begin = `${'b'.repeat(99)}${'😀'.repeat(1_000)}`
  const texts = { expected: `${begin}c1${'😀'.repeat(2_000)}`, received: `${begin}c2` }
  expect(recordDiagnosis({ cause: 'wrong-path', mistake: 'm', ...texts }, () => false)).toStrictEqual({
    cause: 'wrong-path',
    mistake: 'm',
    expected: `…${'😀'.repeat(1_000)}c1${'😀'.repeat(999)}…`,
    received: `…${'😀'.repeat(1_000)}c2`,
    firstDifference: 2_002,
  })
})

test('a diagnosis in which a secret was left is hidden, and does not tell where it was', () => {
  const diagnosis = { cause: 'wrong-path', mistake: 'm', expected: 'a-secret', received: 'another' } as const
  expect(recordDiagnosis(diagnosis, (text) => text.includes('secret'))).toStrictEqual({
    cause: 'wrong-path',
    mistake: 'm',
    expected: '[redacted]',
  })
})

/** Everything that an entry shows. */
const textOf = (entry: JournalEntry) => JSON.stringify(entry)

describe('no secret is in an entry', () => {
  const secretKey = 'a-secret-key-of-some-length'
  const token = 'a-token-of-some-length'
  const options = { fixtures: { credentials: [credential, { secretId: 'AKIDb', secretKey, token }] } }

  test.each(['GET', 'POST'])('when a signature of 2017-03-12 is refused, by %s', async (method) => {
    const emulator = await strict(options)
    for (const secret of [secretKey, token]) {
      const params = { ...describeKeyPairs, Note: `it is ${secret}`, [secret]: 'x', Filler: 'f'.repeat(100) }
      const wrong = sign(params, { path: '/', method })
      await (method === 'GET' ? get(emulator, wrong) : post(emulator, wrong))
      const entry = await lastEntry(emulator.url)
      expect(entry.diagnosis?.cause).toBe('wrong-path')
      expect(textOf(entry)).not.toContain(secret)
    }
  })

  test('when it is in the User-Agent or in the message of a refusal', async () => {
    const emulator = await strict(options)
    for (const secret of [secretKey, token]) {
      await call30(emulator, 'DescribeKeyPairs', {}, { 'User-Agent': `agent ${secret}` })
      const entry = await lastEntry(emulator.url)
      expect(entry.client).toBe('[redacted]')
      expect(textOf(entry)).not.toContain(secret)
      await call(emulator, secret, {})
      const answer = await sendRaw(emulator.port, request('POST', '/v2/index.php', {}, multipart({ Action: secret })))
      const refused = await lastEntry(emulator.url)
      expect(refused).toMatchObject(errorOf(answer.answer()))
      expect(textOf(refused)).not.toContain(secret)
    }
  })

  test.each<[string, { target?: string; method?: string }, Sent]>([
    ['the query', { target: `/?KeyName=${secretKey}&ProjectId=0`, method: 'GET' }, {}],
    ['a signed header', {}, { 'X-TC-Region': secretKey }],
    ['the Host', {}, { Host: `${secretKey}.example` }],
  ])('when a TC3 signature is refused, in %s', async (_where, { target = '/', method = 'POST' }, more) => {
    const { url, port } = await strict(options)
    const Authorization = tc3({ host: 'cvm.example', payload: '{}' })
    const common = { 'X-TC-Action': 'DescribeKeyPairs', 'X-TC-Version': '2017-03-12', 'X-TC-Timestamp': '1489305600' }
    const headers = { ...common, 'Content-Type': 'application/json', Authorization, ...more }
    await sendRaw(port, request(method, target, headers, method === 'POST' ? '{}' : ''))
    const entry = await lastEntry(url)
    expect(entry).toMatchObject({ signature: 'refused', diagnosis: { expected: expect.stringContaining('***') } })
    expect(textOf(entry)).not.toContain(secretKey)
  })
})
