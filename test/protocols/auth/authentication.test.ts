import { describe, expect, test } from 'vitest'
import { codeOf, createParams, get, post, type Sent } from '../../support/api.ts'
import { request, sendRaw } from '../../support/raw.ts'
import { credential, sign } from '../../support/sign.ts'
import { create, openStrict, resultOf } from '../../support/strict-hmac.ts'

test.each(['sha1', 'sha256'] as const)('%s signatures are accepted by GET and POST', async (hash) => {
  const emulator = await openStrict()
  const more = hash === 'sha256' ? { SignatureMethod: 'HmacSHA256' } : {}
  expect([
    codeOf(await get(emulator, sign({ ...create(0), ...more }, { hash }))),
    codeOf(await post(emulator, sign({ ...create(1), ...more }, { hash, method: 'POST' }))),
    codeOf(await post(emulator, sign({ ...create(2), ...more }, { hash, method: 'GET' }))),
  ]).toStrictEqual(['Success', 'Success', 'InvalidParameter.SignatureFailure'])
})

test('the signed host may be the received one, the same without its port, or one of the service', async () => {
  const emulator = await openStrict()
  const hosts = [
    `127.0.0.1:${emulator.port}`,
    '127.0.0.1',
    'cvm.api.qcloud.com',
    'account.api.qcloud.com',
    'example.com',
  ]
  const codes = []
  for (const host of hosts)
    codes.push(
      codeOf(await get(emulator, sign(createParams({ KeyName: host.replace(/\W/g, '_').slice(0, 25) }), { host }))),
    )
  expect(codes).toStrictEqual(['Success', 'Success', 'Success', 'Success', 'InvalidParameter.SignatureFailure'])
})

describe('with --auth off, known and strict', () => {
  const unknown = { SecretId: 'AKIDunknown' }
  const cases: [what: string, params: Sent, off: string, known: string, strict: string][] = [
    ['an unsigned request', {}, 'Success', 'Success', 'MissingParameter SecretId'],
    ['an unknown SecretId alone', unknown, 'Success', 'Success', 'MissingParameter Timestamp'],
    [
      'an unknown SecretId, signed',
      sign({ ...createParams(), ...unknown }),
      'Success',
      'Success',
      'InvalidParameter.SecretIdNotFound',
    ],
    [
      'a known SecretId alone',
      { SecretId: credential.secretId },
      'Success',
      'MissingParameter Timestamp',
      'MissingParameter Timestamp',
    ],
    [
      'without a Nonce',
      { SecretId: credential.secretId, Timestamp: '1489305600', Signature: 'x' },
      'Success',
      'MissingParameter Nonce',
      'MissingParameter Nonce',
    ],
    [
      'without a Signature',
      { SecretId: credential.secretId, Timestamp: '1489305600', Nonce: '1' },
      'Success',
      'MissingParameter Signature',
      'MissingParameter Signature',
    ],
    [
      'a wrong signature',
      { ...sign(createParams()), Signature: 'x' },
      'Success',
      'InvalidParameter.SignatureFailure',
      'InvalidParameter.SignatureFailure',
    ],
    ['a right signature', sign(createParams()), 'Success', 'Success', 'Success'],
  ]

  test.each(cases)('%s', async (_what, params, off, known, strict) => {
    const codes = []
    for (const auth of ['off', 'known', 'strict'] as const)
      codes.push(await resultOf(await openStrict({ auth }), { ...createParams(), ...params }))
    expect(codes).toStrictEqual([off, known, strict])
  })
})

test('authentication comes before all other checks', async () => {
  const emulator = await openStrict()
  expect([
    await resultOf(emulator, { ...sign({ Action: 'Nothing' }), Signature: 'x' }),
    await resultOf(emulator, sign({ Action: 'Nothing' })),
    await resultOf(emulator, { ...sign(createParams({ EmulatorError: 'InternalError' })), Signature: 'x' }),
    await resultOf(emulator, sign(createParams({ EmulatorError: 'InternalError' }))),
  ]).toStrictEqual([
    'InvalidParameter.SignatureFailure',
    'InvalidAction.NotFound',
    'InvalidParameter.SignatureFailure',
    'InternalError',
  ])
})

test('a credential with a token requires it, and one without accepts any', async () => {
  const withToken = await openStrict({ fixtures: { credentials: [{ ...credential, token: 'tok+/=' }] } })
  expect([
    await resultOf(withToken, sign({ ...create(0), Token: 'tok+/=' })),
    await resultOf(withToken, sign({ ...create(1), Token: 'other' })),
    await resultOf(withToken, sign(create(2))),
  ]).toStrictEqual(['Success', 'InvalidRequest.TokenCheckFailed', 'InvalidRequest.TokenCheckFailed'])
  expect(await resultOf(await openStrict(), sign({ ...create(0), Token: 'any' }))).toBe('Success')
})

test('requests without a SecretId cannot use the account `default` when a credential names it', async () => {
  const fixtures = { credentials: [{ ...credential, account: 'default' }] }
  const known = await openStrict({ auth: 'known', fixtures })
  expect([await resultOf(known, createParams()), await resultOf(known, sign(createParams()))]).toStrictEqual([
    'MissingParameter SecretId',
    'Success',
  ])
  expect(await resultOf(await openStrict({ auth: 'known', accounts: 'shared', fixtures }), createParams())).toBe(
    'Success',
  )
})

test.each(['', '-1', 'abc', '1.5'])('the Nonce "%s" is invalid', async (Nonce) => {
  expect(await resultOf(await openStrict(), sign({ ...createParams(), Nonce }))).toBe('InvalidParameter Nonce')
})

test('a string that was hashed as Latin-1, as by the old CLI, is accepted', async () => {
  const emulator = await openStrict()
  const params = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Extra: 'é' }, { encoding: 'latin1' })
  expect(await resultOf(emulator, params)).toBe('Success')
  expect(await resultOf(emulator, { ...params, Extra: 'è' })).toBe('InvalidParameter.SignatureFailure')
})

// The documented order has capitals first; .NET sorts without regard to case
test.each(['GET', 'POST'] as const)(
  'names that were sorted without regard to case are accepted in a %s',
  async (method) => {
    const emulator = await openStrict()
    const names = { aExtra: '1', Zextra: '2', a_b: '3', aXb: '4' }
    const params = { Action: 'DescribeKeyPairs', Version: '2017-03-12', ...names }
    // Among capitals `_` is behind the letters
    const asSent = (name: string) => name.replace('a.b', 'a_b').toUpperCase()
    const arrange = (pairs: [string, string][]) => pairs.sort(([a], [b]) => (asSent(a) < asSent(b) ? -1 : 1))
    const signed = sign(params, { method, arrange })
    expect(signed.Signature).not.toBe(sign(params, { method }).Signature)
    const answer = async (sent: Sent) => codeOf(await (method === 'GET' ? get : post)(emulator, sent))
    expect(await answer(signed)).toBe('Success')
    expect(await answer({ ...signed, aExtra: '3' })).toBe('InvalidParameter.SignatureFailure')
  },
)

test('a wrong signature of ten megabytes does not delay other requests', async () => {
  const emulator = await openStrict()
  const long = sign({ ...createParams(), _a: '@', Filler: 'x'.repeat(9_000_000) }, { method: 'POST' })
  const began = performance.now()
  expect(codeOf(await post(emulator, long))).toBe('Success')
  const right = performance.now() - began
  expect(codeOf(await post(emulator, { ...long, Signature: 'x' }))).toBe('InvalidParameter.SignatureFailure')
  // It took forty times as long when every variant was tried
  expect(performance.now() - began - right).toBeLessThan(2_000 + 10 * right)
})

test('a SecretId belongs to the account of its credential', async () => {
  const emulator = await openStrict({ fixtures: { credentials: [{ ...credential, account: 'team' }] }, auth: 'known' })
  expect([
    await resultOf(emulator, sign(create(0))),
    await resultOf(emulator, { ...create(0), SecretId: 'team' }),
    await resultOf(emulator, { ...create(0), SecretId: 'other' }),
  ]).toStrictEqual(['Success', 'MissingParameter Timestamp', 'Success'])
  expect(await resultOf(emulator, sign({ ...create(1), SecretId: 'team' }))).toBe('InvalidParameter.SecretIdNotFound')
  const { body } = await sendRaw(emulator.port, request('GET', '/_emulator/projects?account=team', {}))
  expect(body).toContain('1002189')
})
