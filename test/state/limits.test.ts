import { describe, expect, test } from 'vitest'
import { call, createCode, createParams, get } from '../support/api.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { expectLoadable } from '../support/loadable.ts'

const maxCount = 1_000_000_000_000
const clock = '2017-03-12T08:00:00Z'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

describe.each(ways)('the body of a rule, %s,', (way) => {
  test.each([
    ['as deep as allowed', nested(99)],
    ['with a name like that of a prototype', JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":null}}')],
    ['with the largest numbers', [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 5e-324, 0.1]],
    ['with NUL and characters of four bytes', { 'a\0': '😀' }],
  ])('%s is listed and loaded again', async (_what, body) => {
    const emulator = await start()
    await controls(emulator, way).addFault({ status: 503, body })
    const { faults } = (await control(emulator.url, 'GET', '/faults')).body
    expect(JSON.stringify(faults[0].body)).toBe(JSON.stringify(body))
    await expectLoadable(emulator)
  })

  test.each([
    ['{"a":1e400}', '/body/a is Infinity; a number must be from -(2^53-1) to 2^53-1.'],
    ['[9007199254740993]', '/body/0 is 9007199254740992; a number must be from'],
    ['"\\ud800"', '/body must not contain \\ud800, half of a surrogate pair.'],
    ['{"a":{"\\udfff":1}}', '/body/a must not have a name with \\udfff, half of a surrogate pair.'],
    [JSON.stringify(nested(100)), /nested too deeply: the limit is 10[02] levels/],
    ['['.repeat(500_000) + ']'.repeat(500_000), /nested too deeply: the limit is 10[02] levels/],
  ])('case %# is refused, in a document too', async (json, message) => {
    const emulator = await start()
    const rule = `{"status":500,"body":${json}}`
    const document = `{"faults":[${rule}]}`
    if (way === 'over HTTP') {
      // As text, since not all of it is a value of JavaScript that becomes the same JSON
      for (const [method, path, body] of [
        ['POST', '/faults', rule],
        ['PUT', '/state', document],
      ] as const) {
        const refused = await control(emulator.url, method, path, body)
        expect(() => {
          throw new Error(refused.body.error.message)
        }).toThrow(message)
      }
    } else {
      const { addFault, importState } = controls(emulator, way)
      await expect(addFault(JSON.parse(rule))).rejects.toThrow(message)
      await expect(importState(JSON.parse(document))).rejects.toThrow(message)
    }
    await expect(start({ fixtures: document })).rejects.toThrow(message)
    expect(await emulator.faults.list()).toStrictEqual([])
  })
})

test('what is not JSON is refused in rules and documents of startEmulator, and later changes do not matter', async () => {
  const emulator = await start()
  const cyclic: unknown[] = []
  cyclic.push(cyclic)
  for (const [body, message] of [
    [new Date(), 'must be JSON, not Date'],
    [[() => 1], '/body/0 must be JSON, not Function'],
    [[undefined], '/body/0 must be JSON, not Undefined'],
    [1n, 'must be JSON, not BigInt'],
    [cyclic, 'is nested too deeply'],
  ] as const) {
    await expect(emulator.faults.add({ status: 500, body })).rejects.toThrow(message)
    await expect(emulator.state.import({ faults: [{ status: 500, body }] })).rejects.toThrow(message)
  }
  const body = { list: [1], zero: -0, left: undefined }
  await emulator.faults.add({ status: 500, body })
  body.list.push(2)
  expect((await emulator.faults.list())[0]?.body).toStrictEqual({ list: [1], zero: 0 })
})

test('there may be 1,000 rules of a million characters in all, everywhere', async () => {
  const emulator = await start()
  const { addFault, importState } = controls(emulator, 'over HTTP')
  const long = (length: number) => ({ status: 500, body: 'x '.repeat(length / 2) }) as const
  const tooLong = 'must have at most 1000000 characters of JSON in all'
  await addFault(long(900_000))
  await expect(addFault(long(100_000))).rejects.toThrow(`The faults ${tooLong}`)
  await expect(importState({ faults: [long(900_000), long(100_000)] })).rejects.toThrow(`/faults ${tooLong}`)
  await expect(start({ fixtures: { faults: [long(1_000_000)] } })).rejects.toThrow(`/faults ${tooLong}`)
  await expect(emulator.faults.add(long(1_000_000))).rejects.toThrow(tooLong)
  await expectLoadable(emulator)

  await importState({ faults: Array.from({ length: 1_000 }, () => ({ status: 500 })) })
  await expect(addFault({ status: 500 })).rejects.toThrow('The faults must be at most 1000 rules')
  await expectLoadable(emulator)
})

test('`__proto__` is the name of an account like any other', async () => {
  const emulator = await start({ keySource: 'seeded', seed: 's', clock })
  expect(await createCode(emulator, { SecretId: '__proto__' })).toBe('Success')
  await emulator.limits.setKeyPairs(3, '__proto__')
  const document = await expectLoadable(emulator)
  const own = (object: object) => Object.getOwnPropertyDescriptor(object, '__proto__')?.value
  expect(own(document.accounts)).toMatchObject({ keyPairs: [{ keyName: 'Tencent' }], limits: { keyPairs: 3 } })
  expect(own(document.requests)).toBe(1)
})

describe('an account', () => {
  test.each(['\0', 'a\ud800', 'x'.repeat(257), '😀'.repeat(129)])('%j is refused everywhere', async (account) => {
    const emulator = await start()
    const message = expect.stringContaining('must have at most 256 characters, without NUL or half of a surrogate pair')
    for (const path of ['/limits', '/reset', '/projects', '/instances']) {
      const more = {
        '/limits': { keyPairs: 1 },
        '/projects': { projectId: 1 },
        '/instances': { instanceId: 'ins-00000000' },
      }
      const body = { account, ...more[path as keyof typeof more] }
      expect(await control(emulator.url, 'POST', path, body)).toMatchObject({
        status: 400,
        body: { error: { message } },
      })
    }
    await expect(emulator.limits.setKeyPairs(1, account)).rejects.toThrow('An account must have at most 256 characters')
    await expect(emulator.reset(account)).rejects.toThrow('An account must have at most 256 characters')
    for (const document of [
      { accounts: { [account]: {} } },
      { requests: { [account]: 1 } },
      { credentials: [{ secretId: account, secretKey: 'k' }] },
      { credentials: [{ secretId: 'a', secretKey: 'k', account }] },
    ])
      await expect(emulator.state.import(document)).rejects.toThrow(/half of a surrogate pair/)
    expect(await createCode(emulator, { SecretId: account.replace('\ud800', '\0') })).toBe('InvalidParameter')
  })
})

test.each(['\0', '\ud800'])('%j is refused in every text of a project, an instance and a key pair', async (text) => {
  const { url, state } = await start()
  const instance = ['instanceName', 'osName', 'region', 'zone', 'instanceType', 'imageId', 'latestOperation']
  const cases: [path: string, body: object, names: string[]][] = [
    ['/projects', { projectId: 9 }, ['projectName', 'projectInfo']],
    ['/instances', { instanceId: 'ins-00000000' }, instance],
    ['/faults', { delay: 0 }, ['account', 'region', 'seed']],
  ]
  for (const [path, body, names] of cases)
    for (const name of names) {
      const answer = await control(url, 'POST', path, { ...body, [name]: text })
      expect([answer.status, answer.body.error?.message], name).toStrictEqual([
        400,
        expect.stringMatching(
          new RegExp(`/${name} is a text of length \\d+; it must not contain.*half of a surrogate pair`),
        ),
      ])
    }
  const pair = { keyName: 'a', publicKey: publicKey('a'), description: text }
  await expect(state.import({ keyPairs: [pair] })).rejects.toThrow('/keyPairs/0/description must not contain')
})

describe('an integer', () => {
  const over = (limit: number) => [limit, `is ${limit + 1}; it must be an integer from 0 to ${limit}`] as const
  test.each([
    ['/limits', 'keyPairs', {}, ...over(1_000_000)],
    ['/faults', 'after', { delay: 0 }, ...over(1_000_000)],
  ])('of POST %s has a limit: %s', async (path, name, more, limit, message) => {
    const { url } = await start()
    const answer = await control(url, 'POST', path, { ...more, [name]: limit + 1 })
    expect(answer.body.error.message).toContain(`body/${name} ${message}`)
    expect((await control(url, 'POST', path, { ...more, [name]: limit })).status).toBe(200)
  })

  test.each(['/projects', '/instances'])('of POST %s has a limit: projectId', async (path) => {
    const emulator = await start()
    const send = (projectId: string) =>
      control(
        emulator.url,
        'POST',
        path,
        `{"projectId":${projectId}${path === '/instances' ? ',"instanceId":"ins-00000000"' : ''}}`,
      )
    for (const [sent, read] of [
      ['9007199254740993', '9007199254740992'],
      ['9223372036854775807', '9223372036854776000'],
      ['1e300', '1e+300'],
    ] as const)
      expect((await send(sent)).body.error.message).toContain(
        `body/projectId is ${read}; it must be an integer from 0 to 9007199254740991`,
      )
    expect((await send('9007199254740991')).status).toBe(200)
    await expectLoadable(emulator)
  })

  test.each([
    [{ limits: { keyPairs: 1_000_001 } }, '/limits/keyPairs is 1000001; it must be an integer from 0 to 1000000'],
    [
      { accounts: { a: { numbers: { comment: maxCount + 1 } } } },
      `comment is ${maxCount + 1}; it must be an integer from 0 to ${maxCount}`,
    ],
    [
      { accounts: { a: { numbers: { creates: maxCount + 1 } } } },
      `creates is ${maxCount + 1}; it must be an integer from 0 to ${maxCount}`,
    ],
    [{ creates: maxCount + 1 }, `/creates is ${maxCount + 1};`],
    [{ requests: { a: maxCount + 1 } }, `/requests/a is ${maxCount + 1};`],
    [{ faults: [{ delay: 0, hits: maxCount + 1 }] }, `/faults/0/hits is ${maxCount + 1};`],
    [
      { instances: [{ instanceId: 'ins-00000000', projectId: 2 ** 53 }] },
      '/instances/0/projectId is 9007199254740992;',
    ],
  ])('of a document has a limit: %j', async (document, message) => {
    await expect((await start()).state.import(document)).rejects.toThrow(message)
  })
})

test('counters stop at their maximum, so that the state can still be loaded', async () => {
  const pairs = ['a', 'b'].map((keyName) => ({ keyName, publicKey: publicKey(keyName) }))
  const fixtures = {
    faults: [{ region: 'ap-guangzhou', error: 'InvalidFilter' as const, matched: maxCount, hits: maxCount }],
    requests: { used: maxCount },
    accounts: {
      used: { numbers: { creates: maxCount } },
      commented: {
        keyPairs: [
          { ...pairs[0], comment: maxCount, keyName: 'a' },
          { ...pairs[1], keyName: 'b' },
        ],
      },
      nearly: { numbers: { creates: maxCount - 1 } },
    },
  }
  const emulator = await start({ keySource: 'seeded', seed: 's', clock, fixtures })
  await call(emulator, 'DescribeKeyPairs', { SecretId: 'used', Region: 'ap-guangzhou' })
  const create = async (SecretId: string, KeyName = 'c') =>
    (await get(emulator, createParams({ SecretId, KeyName }))).Response.Error?.Message ?? 'Success'
  const refusal = expect.stringContaining('no further key pair can be numbered')
  expect([await create('used'), await create('commented')]).toStrictEqual([refusal, refusal])
  expect([await create('nearly'), await create('nearly', 'd')]).toStrictEqual(['Success', refusal])
  await expectLoadable(emulator)
})

test('a project is exported with its members in the same order before and after an import', async () => {
  const emulator = await start({ clock })
  await control(emulator.url, 'POST', '/projects', { projectId: 11 })
  await expectLoadable(emulator)
})
