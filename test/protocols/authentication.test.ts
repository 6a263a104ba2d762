import { describe, expect, test } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator.js'
import { type AnyAnswer, type ApiAnswer, codeOf, createParams, get, post, type Sent, target } from '../support/api.js'
import { start } from '../support/emulator.js'
import { request, sendRaw } from '../support/raw.js'
import { credential, sign } from '../support/sign.js'

const clock = '2017-03-12T08:00:00Z'
const open = (options: EmulatorOptions = {}) =>
  start({ auth: 'strict', clock, fixtures: { credentials: [credential] }, ...options })

const names = ['a', 'b', 'c', 'd']
const create = (index: number) => createParams({ KeyName: names[index] })

/** The code, and which parameter the message names. */
async function told(emulator: { url: string }, params: Sent): Promise<string> {
  const { Response } = await get(emulator, params)
  const named = /parameter `(\w+)`/.exec(Response.Error?.Message ?? '')?.[1]
  return [Response.Error?.Code ?? 'Success', named].filter(Boolean).join(' ')
}

test.each(['sha1', 'sha256'] as const)('%s signatures pass by GET and POST', async (hash) => {
  const emulator = await open()
  const more = hash === 'sha256' ? { SignatureMethod: 'HmacSHA256' } : {}
  expect([
    codeOf(await get(emulator, sign({ ...create(0), ...more }, { hash }))),
    codeOf(await post(emulator, sign({ ...create(1), ...more }, { hash, method: 'POST' }))),
    codeOf(await post(emulator, sign({ ...create(2), ...more }, { hash, method: 'GET' }))),
  ]).toStrictEqual(['Success', 'Success', 'InvalidParameter.SignatureFailure'])
})

test('host as received, without its port, and the service’s own pass', async () => {
  const emulator = await open()
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

describe('in each mode', () => {
  const unknown = { SecretId: 'AKIDunknown' }
  const cases: [what: string, params: Sent, off: string, known: string, strict: string][] = [
    ['nothing at all', {}, 'Success', 'Success', 'MissingParameter SecretId'],
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
      codes.push(await told(await open({ auth }), { ...createParams(), ...params }))
    expect(codes).toStrictEqual([off, known, strict])
  })
})

test('authentication comes before everything else', async () => {
  const emulator = await open()
  expect([
    await told(emulator, { ...sign({ Action: 'Nothing' }), Signature: 'x' }),
    await told(emulator, sign({ Action: 'Nothing' })),
    await told(emulator, { ...sign(createParams({ EmulatorError: 'InternalError' })), Signature: 'x' }),
    await told(emulator, sign(createParams({ EmulatorError: 'InternalError' }))),
  ]).toStrictEqual([
    'InvalidParameter.SignatureFailure',
    'InvalidAction.NotFound',
    'InvalidParameter.SignatureFailure',
    'InternalError',
  ])
})

test('a credential with a token wants it, and one without takes any', async () => {
  const withToken = await open({ fixtures: { credentials: [{ ...credential, token: 'tok+/=' }] } })
  expect([
    await told(withToken, sign({ ...create(0), Token: 'tok+/=' })),
    await told(withToken, sign({ ...create(1), Token: 'other' })),
    await told(withToken, sign(create(2))),
  ]).toStrictEqual(['Success', 'InvalidRequest.TokenCheckFailed', 'InvalidRequest.TokenCheckFailed'])
  expect(await told(await open(), sign({ ...create(0), Token: 'any' }))).toBe('Success')
})

describe('the window', () => {
  const now = 1489305600
  test.each([
    [
      300,
      [-301, -300, 0, 300, 301],
      ['InvalidRequest.ReplayAttack', 'Success', 'Success', 'Success', 'InvalidRequest.ReplayAttack'],
    ],
    [0, [-1, 0, 1, 2], ['InvalidRequest.ReplayAttack', 'Success', 'Success', 'InvalidRequest.ReplayAttack']],
    [18000, [-18000, -18001], ['Success', 'InvalidRequest.ReplayAttack']],
  ] as const)('of %i seconds', async (authWindow, offsets, expected) => {
    const codes = []
    for (const offset of offsets) {
      codes.push(
        await told(
          await open({ authWindow, clock: new Date(now * 1000) }),
          sign({ ...createParams(), Timestamp: `${now + offset}` }),
        ),
      )
    }
    expect(codes).toStrictEqual(expected)
  })

  test.each(['', 'now', '1489305600.5', '-1'])('a Timestamp "%s" is none', async (Timestamp) => {
    expect(await told(await open(), sign({ ...createParams(), Timestamp }))).toBe('InvalidParameter Timestamp')
  })

  test('counts whole seconds', async () => {
    const emulator = await open({ authWindow: 0, clock: new Date(now * 1000 + 999) })
    expect(await told(emulator, sign({ ...createParams(), Timestamp: `${now}` }))).toBe('Success')
  })

  test('the message says what time it is here', async () => {
    const { Response } = await get(await open(), sign({ ...createParams(), Timestamp: '1489300000' }))
    expect(Response.Error?.Message).toContain('here it is 1489305600')
  })
})

describe('a request sent again', () => {
  test('passes by default, since clients that retry resend it', async () => {
    const emulator = await open()
    expect([await told(emulator, sign(create(0))), await told(emulator, sign(create(0)))]).toStrictEqual([
      'Success',
      'InvalidKeyPairName.Duplicate',
    ])
  })

  test('with nonce-check on is a replay, until the window has passed, and not for another SecretId', async () => {
    let now = Date.UTC(2017, 2, 12, 8)
    const other = { secretId: 'AKIDother', secretKey: credential.secretKey }
    const emulator = await start({
      auth: 'strict',
      nonceCheck: 'on',
      now: () => new Date(now),
      fixtures: { credentials: [credential, other] },
    })
    const again = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' })
    const byOther = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', SecretId: other.secretId })
    const codes = [await told(emulator, again), await told(emulator, again), await told(emulator, byOther)]
    emulator.reset()
    codes.push(await told(emulator, again))
    now += 301_000
    codes.push(await told(emulator, again))
    expect(codes).toStrictEqual([
      'Success',
      'InvalidRequest.ReplayAttack',
      'Success',
      'Success',
      'InvalidRequest.ReplayAttack',
    ])
  })

  test('is remembered for as long as its Timestamp could pass, and forgotten by a reset of its account alone', async () => {
    let now = Date.UTC(2017, 2, 12, 8)
    const emulator = await start({
      auth: 'strict',
      nonceCheck: 'on',
      now: () => new Date(now),
      fixtures: { credentials: [credential] },
    })
    const ahead = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${now / 1000 + 300}` })
    const codes = [await told(emulator, ahead)]
    now += 400_000
    codes.push(await told(emulator, ahead))
    emulator.reset('somebody else')
    codes.push(await told(emulator, ahead))
    emulator.reset(credential.secretId)
    codes.push(await told(emulator, ahead))
    // The same Nonce with another Timestamp is another request
    codes.push(
      await told(emulator, sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${now / 1000}` })),
    )
    expect(codes).toStrictEqual([
      'Success',
      'InvalidRequest.ReplayAttack',
      'InvalidRequest.ReplayAttack',
      'Success',
      'Success',
    ])
  })

  test('after a wrong signature is no replay', async () => {
    const emulator = await open({ nonceCheck: 'on' })
    const right = sign(create(0))
    expect([await told(emulator, { ...right, Signature: 'x' }), await told(emulator, right)]).toStrictEqual([
      'InvalidParameter.SignatureFailure',
      'Success',
    ])
  })
})

describe('what is checked is what is executed', () => {
  const other = { secretId: 'AKIDother', secretKey: 'AnotherSecretKey' }
  const fixtures = { credentials: [credential, other] }

  test('a SecretId in lower case is that SecretId', async () => {
    const emulator = await open({ auth: 'known', fixtures })
    const { SecretId: _secretId, ...rest } = { ...createParams(), SecretId: '' }
    expect(await told(emulator, { ...rest, secretId: credential.secretId })).toBe('MissingParameter Timestamp')
  })

  test('one credential cannot sign for the account of another, nor send one parameter under two names', async () => {
    const emulator = await open({ fixtures })
    expect(await told(emulator, sign({ ...createParams(), secretId: other.secretId }))).toBe(
      'InvalidParameter secretId',
    )
    expect(await told(emulator, sign({ ...createParams(), 'KeyIds.0': 'a', KeyIds_0: 'b' }))).toBe(
      'InvalidParameter KeyIds_0',
    )
    expect(await told(emulator, { ...sign(createParams()), keyName: 'evil' })).toBe('InvalidParameter keyName')
    expect(await told(emulator, sign(createParams()))).toBe('Success')
  })

  test('a signature in lower case is read as signed, and is none', async () => {
    const emulator = await open({ fixtures })
    const { Signature, ...rest } = sign(createParams())
    const inQuery = await fetch(`${emulator.url}${target({ ...rest, signature: Signature ?? '' })}`, {
      method: 'POST',
      body: 'Region=x',
    })
    const { Response } = (await inQuery.json()) as ApiAnswer
    expect(Response.Error?.Message).toContain('the body only, as a signed POST is read')
  })

  test.each([{ Key_Name: 'evil' }, { 'KeyName.0': 'evil' }, { Extra: 'x' }] as Sent[])(
    '%j that was not signed is refused',
    async (added) => {
      const emulator = await open({ fixtures })
      expect(await told(emulator, { ...sign(createParams()), ...added })).toBe('InvalidParameter.SignatureFailure')
    },
  )

  test('a value with @ in a POST, which some clients do not sign, is not executed when it was not', async () => {
    const emulator = await open({ fixtures })
    const change = { Action: 'ModifyKeyPairAttribute', Version: '2017-03-12', Description: 'signed' }
    const { Response } = await post(emulator, sign(createParams(), { method: 'POST' }))
    const signed = sign({ ...change, KeyId: Response.KeyPair?.KeyId ?? '' }, { method: 'POST' })
    const describeIt = async () => {
      const { Response } = (await post(
        emulator,
        sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' }, { method: 'POST' }),
      )) as AnyAnswer
      return Response.KeyPairSet[0]
    }
    expect(codeOf(await post(emulator, signed))).toBe('Success')
    expect(codeOf(await post(emulator, { ...signed, Region: '@x', KeyName: '@evil' }))).toBe('Success')
    expect(await describeIt()).toMatchObject({ KeyName: 'Tencent', Description: 'signed' })
    // A Nonce that was not signed is none
    const { Nonce, ...rest } = signed
    const folded = sign({ ...change, KeyId: signed.KeyId ?? '', Nonce: '', Language: 'x' }, { method: 'POST' })
    expect(codeOf(await post(emulator, { ...folded, Nonce: '@9' }))).toMatch(/^InvalidParameter/)
    expect([Nonce, rest.Signature].every(Boolean)).toBe(true)
    // and in a GET every value is signed
    expect(await told(emulator, { ...sign(createParams({ KeyName: 'b' })), Description: '@x' })).toBe(
      'InvalidParameter.SignatureFailure',
    )
  })
})

test('not even the account `default` is open to callers without a SecretId once a credential has it', async () => {
  const fixtures = { credentials: [{ ...credential, account: 'default' }] }
  const known = await open({ auth: 'known', fixtures })
  expect([await told(known, createParams()), await told(known, sign(createParams()))]).toStrictEqual([
    'MissingParameter SecretId',
    'Success',
  ])
  expect(await told(await open({ auth: 'known', accounts: 'shared', fixtures }), createParams())).toBe('Success')
})

test.each(['', '-1', 'abc', '1.5'])('a Nonce "%s" is none', async (Nonce) => {
  expect(await told(await open(), sign({ ...createParams(), Nonce }))).toBe('InvalidParameter Nonce')
})

test('a string that was hashed as Latin-1, as the old CLI does, passes', async () => {
  const emulator = await open()
  const params = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Extra: 'é' }, { encoding: 'latin1' })
  expect(await told(emulator, params)).toBe('Success')
  expect(await told(emulator, { ...params, Extra: 'è' })).toBe('InvalidParameter.SignatureFailure')
})

test('a wrong signature over ten megabytes holds nobody up', async () => {
  const emulator = await open()
  const long = sign({ ...createParams(), _a: '@', Filler: 'x'.repeat(9_000_000) }, { method: 'POST' })
  const began = performance.now()
  expect(codeOf(await post(emulator, long))).toBe('Success')
  const right = performance.now() - began
  expect(codeOf(await post(emulator, { ...long, Signature: 'x' }))).toBe('InvalidParameter.SignatureFailure')
  // It took forty times as long when every variant was tried
  expect(performance.now() - began - right).toBeLessThan(2_000 + 10 * right)
})

test('a SecretId belongs to the account of its credential', async () => {
  const emulator = await open({ fixtures: { credentials: [{ ...credential, account: 'team' }] }, auth: 'known' })
  expect([
    await told(emulator, sign(create(0))),
    await told(emulator, { ...create(0), SecretId: 'team' }),
    await told(emulator, { ...create(0), SecretId: 'other' }),
  ]).toStrictEqual(['Success', 'MissingParameter Timestamp', 'Success'])
  expect(await told(emulator, sign({ ...create(1), SecretId: 'team' }))).toBe('InvalidParameter.SecretIdNotFound')
  const { body } = await sendRaw(emulator.port, request('GET', '/_emulator/projects?account=team', {}))
  expect(body).toContain('1002189')
})
