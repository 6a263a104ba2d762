import { describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.js'
import { codeOf, createParams, target } from '../support/api.js'
import { start } from '../support/emulator.js'
import { request, sendRaw } from '../support/raw.js'

const path = '/v2/index.php'
const form = new URLSearchParams(createParams()).toString()

const boundary = '---------------------------1489305600000'
/** As the official Java SDK sends it: CRLF first, parts with a Content-Disposition only. */
const multipart = (params: Readonly<Record<string, string>>) =>
  `\r\n${Object.entries(params)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--${boundary}--\r\n`

describe('a create is understood', () => {
  const ways: [way: string, bytes: Buffer][] = [
    ['in the query of a GET', request('GET', target(createParams()), {})],
    [
      'in the query of a GET with a Content-Type',
      request('GET', target(createParams()), { 'Content-Type': 'application/json' }),
    ],
    ['in the query of a POST, unsigned', request('POST', target(createParams()), {})],
    ['in the body of a GET, unsigned', request('GET', path, {}, form)],
    ['as a form', request('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, form)],
    [
      'as a form with a parameter in its label',
      request('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded; param=value' }, form),
    ],
    ['as a form labelled JSON', request('POST', path, { 'Content-Type': 'application/json' }, form)],
    [
      'as a form labelled multipart',
      request('POST', path, { 'Content-Type': 'multipart/form-data; boundary=none' }, form),
    ],
    ['as a form labelled nonsense', request('POST', path, { 'Content-Type': ';;;' }, form)],
    ['as a form without a label', request('POST', path, {}, form)],
    [
      'as multipart',
      request('POST', path, { 'Content-Type': `multipart/form-data; boundary=${boundary}` }, multipart(createParams())),
    ],
    ['as multipart without a label', request('POST', path, {}, multipart(createParams()))],
    [
      'as JSON, unsigned',
      request(
        'POST',
        path,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ ...createParams(), ProjectId: 0 }),
      ),
    ],
    [
      'as JSON labelled as a form, unsigned',
      request('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, JSON.stringify(createParams())),
    ],
    [
      'with lower-case first letters',
      request('GET', `${path}?action=createKeyPair&version=2017-03-12&keyName=Tencent&projectId=0`, {}),
    ],
    ['with a lower-case action', request('GET', target(createParams({ Action: 'createKeyPair' })), {})],
    [
      'with unknown parameters',
      request('GET', `${target(createParams())}&RequestClient=SDK_JAVA_2.0.7&Filters.1.Name=x&KeyIds_0=y`, {}),
    ],
    ['with empty pairs', request('GET', `${path}?&${form}&&`, {})],
    ['with the whole URL as its target', request('GET', `http://cvm.api.qcloud.com${target(createParams())}`, {})],
    ['with an expectation', request('POST', path, { Expect: '100-continue' }, form)],
    ['with an odd expectation', request('POST', path, { Expect: 'nothing' }, form)],
    ['without a Host', Buffer.from(`GET ${target(createParams())} HTTP/1.1\r\nConnection: close\r\n\r\n`)],
    ['by HTTP/1.0', Buffer.from(`GET ${target(createParams())} HTTP/1.0\r\n\r\n`)],
    ['with a Host that is a URL', request('GET', target(createParams()), { Host: 'http://127.0.0.1:18080' })],
    [
      'in chunks',
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${form.length.toString(16)}\r\n${form}\r\n0\r\n\r\n`,
      ),
    ],
  ]

  test.each(ways)('%s', async (_way, bytes) => {
    const { port } = await start()
    const { body, headers, status } = await sendRaw(port, bytes)
    expect(JSON.parse(body).Response.KeyPair?.KeyName, body).toBe('Tencent')
    expect(status).toBe(200)
    expect(headers.toLowerCase()).toMatch(/^content-type: application\/json\r?$/m)
  })
})

describe('a signed request is read exactly as documented', () => {
  test('a TC3 Authorization is a signature too', async () => {
    const { port } = await start()
    const headers = { Authorization: 'TC3-HMAC-SHA256 Credential=x' }
    const raw = await sendRaw(port, request('POST', target(createParams()), headers, 'Region=x'))
    expect(raw.answer().Response.Error?.Message).toContain('the body only, as a signed POST is read')
  })

  const signature = 'Signature=abc%3D'

  test('a POST from its body only', async () => {
    const { port } = await start()
    const inQuery = await sendRaw(port, request('POST', `${target(createParams())}&${signature}`, {}, 'Region=x'))
    expect(inQuery.answer().Response.Error).toStrictEqual({
      Code: 'MissingParameter',
      Message:
        'The request is missing a required parameter `Action`. It was looked for in the body only, as a signed POST is read.',
    })
    const inBody = await sendRaw(port, request('POST', `${path}?KeyName=other`, {}, `${form}&${signature}`))
    expect(inBody.answer().Response.KeyPair?.KeyName).toBe('Tencent')
  })

  test('a GET from its query only', async () => {
    const { port } = await start()
    const inBody = await sendRaw(port, request('GET', `${path}?Region=x`, {}, `${form}&${signature}`))
    expect(inBody.answer().Response.Error?.Message).toContain('the query string only, as a signed GET is read')
    const inQuery = await sendRaw(port, request('GET', `${target(createParams())}&${signature}`, {}, 'KeyName=other'))
    expect(inQuery.answer().Response.KeyPair?.KeyName).toBe('Tencent')
  })

  test('a malformed half that is not read does no harm', async () => {
    const { port } = await start()
    const raw = await sendRaw(port, request('GET', `${target(createParams())}&${signature}`, {}, '%ZZ'))
    expect(codeOf(raw.answer())).toBe('Success')
  })

  test('a POST is not read as JSON', async () => {
    const { port } = await start()
    const json = JSON.stringify({ ...createParams(), Signature: 'abc=' })
    const raw = await sendRaw(port, request('POST', path, {}, json))
    expect(raw.answer().Response.Error).toStrictEqual({
      Code: 'InvalidParameter',
      Message: expect.stringContaining('as a form, not as JSON'),
    })
  })
})

test('of an unsigned request the body wins over the query', async () => {
  const { port } = await start()
  const raw = await sendRaw(port, request('POST', `${target(createParams())}`, {}, 'KeyName=from_body'))
  expect(raw.answer().Response.KeyPair?.KeyName).toBe('from_body')
})

test('of a parameter sent twice the last value counts', async () => {
  const { port } = await start()
  const raw = await sendRaw(port, request('GET', `${target(createParams())}&KeyName=first&keyName=last`, {}))
  expect(raw.answer().Response.KeyPair?.KeyName).toBe('last')
})

describe('what is malformed gets a documented error in the envelope', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1')
  const ways: [way: string, culprit: string, bytes: Buffer][] = [
    ['bad percent-encoding', '`KeyName`', request('GET', `${path}?${form}&KeyName=%ZZ`, {})],
    ['percent-encoded bytes that are not UTF-8', '`KeyName`', request('GET', `${path}?${form}&KeyName=%FF`, {})],
    ['bytes that are not UTF-8 in the body', 'UTF-8', request('POST', path, {}, latin1(`${form}&KeyName=\xff`))],
    [
      'bytes that are not UTF-8 in a part',
      'UTF-8',
      request('POST', path, {}, latin1(multipart({ ...createParams(), x: '\xff' }))),
    ],
    ['a NUL in a value', '`KeyName`', request('GET', `${path}?${form}&KeyName=a%00b`, {})],
    ['a NUL in a name', '␀', request('GET', `${path}?${form}&Key%00Name=a`, {})],
    ['a NUL in JSON', '`KeyName`', request('POST', path, {}, JSON.stringify(createParams({ KeyName: '\0' })))],
    ['a name without `=`', 'splited by `=`', request('GET', `${path}?${form}&KeyName`, {})],
    [
      'a scalar sent as an array',
      '`KeyName.0`',
      request('GET', target(createParams({ KeyName: undefined, 'KeyName.0': 'a' })), {}),
    ],
    ['a scalar sent both ways', '`ProjectId`', request('GET', target(createParams({ 'ProjectId.Id': '0' })), {})],
    ['names nested too deeply', 'nested', request('GET', `${path}?${form}&a.b.c.d.e.f.g.h.i=1`, {})],
    ['truncated multipart', 'last boundary', request('POST', path, {}, multipart(createParams()).slice(0, -60))],
    [
      'multipart that ends within the headers of a part',
      'last boundary',
      request('POST', path, {}, `--b\r\nContent-Disposition: form-data; name="x"`),
    ],
    [
      'a part without a name',
      'without a name',
      request('POST', path, { 'Content-Type': 'multipart/form-data; boundary=b' }, '--b\r\nX: y\r\n\r\nv\r\n--b--'),
    ],
    ['JSON that ends early', 'JSON', request('POST', path, {}, '{"Action":')],
    ['a JSON array', 'JSON', request('POST', path, {}, '["Action"]')],
    ['JSON nested too deeply', 'nested', request('POST', path, {}, `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`)],
    ['JSON nested absurdly', 'nested', request('POST', path, {}, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['a SecretId beyond all reason', '`SecretId`', request('POST', path, {}, `${form}&SecretId=${'x'.repeat(257)}`)],
  ]

  test.each(ways)('%s', async (_way, culprit, bytes) => {
    const { port } = await start()
    const raw = await sendRaw(port, bytes)
    expect(raw.status).toBe(200)
    expect(raw.headers).toMatch(/^content-type: application\/json\r?$/im)
    expect(raw.answer().Response).toStrictEqual({
      Error: { Code: 'InvalidParameter', Message: expect.stringContaining(culprit) },
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
  })

  test('names that JavaScript knows are names like others', async () => {
    const { port } = await start()
    const names = '__proto__=1&constructor=2&toString.x=3&hasOwnProperty.0=4&__proto__.polluted=5'
    const raw = await sendRaw(port, request('GET', `${path}?${names}&${form}`, {}))
    expect(codeOf(raw.answer())).toBe('Success')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('what Node itself refuses gets the envelope at 400, and the connection is closed', () => {
  const ways: [way: string, bytes: string | Buffer][] = [
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost x\r\n\r\n'],
    ['headers over 64 KB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`],
    ['a request line over 64 KB', `GET /v2/index.php?${'x'.repeat(70_000)}=1 HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      'bytes beyond ASCII in the query',
      Buffer.from(`GET ${path}?${form}&KeyName=\xff HTTP/1.1\r\nHost: x\r\n\r\n`, 'latin1'),
    ],
    ['two lengths', 'POST /v2/index.php HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ]

  test.each(ways)('%s', async (_way, bytes) => {
    const { port } = await start()
    const raw = await sendRaw(port, bytes)
    expect(raw.status).toBe(400)
    expect(raw.headers).toMatch(/^content-type: application\/json\r?$/im)
    expect(raw.answer().Response).toStrictEqual({
      Error: { Code: 'InvalidParameter', Message: expect.any(String) },
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
  })

  test('headers of almost 64 KB pass', async () => {
    const { port } = await start()
    const raw = await sendRaw(port, request('GET', target(createParams()), { 'X-Long': 'x'.repeat(60_000) }))
    expect(codeOf(raw.answer())).toBe('Success')
  })
})

test('a body over 10 MB is refused in the envelope and the connection closed; one of 9 MB is read', async () => {
  const { port } = await start()
  const filler = (megabytes: number) => `${form}&Filler=${'x'.repeat(megabytes * 1024 * 1024)}`
  const tooLarge = await sendRaw(port, request('POST', path, {}, filler(10)))
  expect(tooLarge.status).toBe(200)
  expect(tooLarge.headers).toMatch(/^connection: close\r?$/im)
  expect(tooLarge.answer().Response.Error).toStrictEqual({
    Code: 'InvalidParameter',
    Message: expect.stringContaining('10485760 bytes'),
  })
  expect(codeOf((await sendRaw(port, request('POST', path, {}, filler(9)))).answer())).toBe('Success')
})

describe('a request of 10 MB holds nobody up', () => {
  const megabytes = 10 * 1024 * 1024 - 200
  test.each([
    ['a JSON array', `{"Action":"x","a":[${'1,'.repeat(megabytes / 2)}1]}`],
    ['JSON members', `{${Array.from({ length: 500_000 }, (_, index) => `"k${index}":1`).join()}}`],
    ['pairs', 'a=&'.repeat(megabytes / 3)],
    ['list members', Array.from({ length: 500_000 }, (_, index) => `KeyIds.${index}=`).join('&')],
    ['parts', multipart(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, ''])))],
  ])('of %s', async (_what, body) => {
    const { port } = await start()
    const small = await timed(() => sendRaw(port, request('GET', `${path}?Action=x`, {})))
    const large = await timed(() => sendRaw(port, request('POST', path, {}, body)))
    expect(large.value.answer().Response.Error).toMatchObject({
      Code: 'InvalidParameter',
      Message: expect.stringContaining('10000 parameters at most'),
    })
    // It took half a minute when every one was read
    expect(large.time).toBeLessThan(5_000 + 20 * small.time)
  })

  test('10,000 parameters are read', async () => {
    const { port } = await start()
    const more = Array.from({ length: 9_990 }, (_, index) => `x${index}=`).join('&')
    expect(codeOf((await sendRaw(port, request('POST', path, {}, `${form}&${more}`))).answer())).toBe('Success')
  })
})

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; time: number }> {
  const began = performance.now()
  return { value: await work(), time: performance.now() - began }
}

test('garbage behind a request is answered after it, on the same connection', async () => {
  const { port } = await start()
  const { body } = await sendRaw(port, `GET ${target(createParams())} HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n`)
  expect(body).toMatch(/"KeyName":"Tencent".*HTTP\/1.1 400 Bad Request.*InvalidParameter/s)
})

test('HTTPS on the HTTP port is told so', async () => {
  const { port } = await start()
  const { status, answer } = await sendRaw(port, Buffer.from('160301006f0100006b0303', 'hex'))
  expect(status).toBe(400)
  expect(answer().Response.Error?.Message).toContain('set the protocol of the client to http')
})

test('an echoed value is cut at 64 characters, none in the middle', async () => {
  const { port } = await start()
  const { answer } = await sendRaw(port, request('GET', target(createParams({ KeyName: `a${'😀'.repeat(99)}` })), {}))
  expect(answer().Response.Error?.Message).toContain(`\`a${'😀'.repeat(63)}…\``)
})

test('of what the parser refuses the message says what it was', async () => {
  const { port } = await start()
  const long = await sendRaw(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`)
  expect(long.answer().Response.Error?.Message).toContain('exceed 65536 bytes')
})

test('an unknown action is an error of the API, never of HTTP', async () => {
  const { port } = await start()
  for (const action of ['RunInstances', '', '__proto__', 'toString']) {
    const raw = await sendRaw(port, request('GET', target(createParams({ Action: action })), {}))
    expect(raw.status).toBe(200)
    expect(raw.answer().Response.Error).toStrictEqual({
      Code: 'InvalidAction.NotFound',
      Message: `The action \`${action}\` does not exist in this version of the API. \`Action\` may be one of ${actions.map(({ name }) => name).join(', ')}.`,
    })
  }
})

test('an action that only the older generation has is told which Version is emulated', async () => {
  const { port } = await start()
  for (const Action of ['BindInstanceKey', 'unBindInstanceKey']) {
    const old = await sendRaw(port, request('GET', target({ Action }), {}))
    expect(old.answer().Response.Error).toStrictEqual({
      Code: 'MissingParameter',
      Message: expect.stringContaining('`Version=2017-03-12` selects the API emulated here.'),
    })
  }
})

test('another path is 404 and another method 405, each with a hint that works', async () => {
  const { port, url } = await start()
  for (const [method, elsewhere, status] of [
    ['GET', '/', 404],
    ['POST', '/v2/index', 404],
    ['GET', '/%ZZ', 404],
    ['PUT', path, 405],
    ['DELETE', path, 405],
    ['QUERY', path, 405],
    ['TRACE', path, 405],
  ] as const) {
    const odd = { 'Content-Type': 'application/json' }
    for (const bytes of [
      request(method, elsewhere, odd, 'a=b'),
      request(method, elsewhere, { 'Content-Type': ';;;' }, '{'),
    ]) {
      expect((await sendRaw(port, bytes)).status).toBe(status)
    }
    const raw = await sendRaw(port, request(method, elsewhere, {}))
    expect([method, elsewhere, raw.status]).toStrictEqual([method, elsewhere, status])
    const hint = /as in (\S+)/.exec(JSON.parse(raw.body).error.message)?.[1]
    expect(hint).toMatch(/^\/v2\/index\.php\?Action=CreateKeyPair&/)
    await fetch(`${url}${hint}`).then(async (answer) => expect(answer.status).toBe(200))
  }
})
