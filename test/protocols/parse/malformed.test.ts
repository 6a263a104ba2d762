import { describe, expect, test } from 'vitest'
import { codeOf, createParams, target } from '../../support/api.ts'
import { start } from '../../support/emulator.ts'
import { multipart } from '../../support/multipart.ts'
import { request, sendRaw } from '../../support/raw.ts'

const path = '/v2/index.php'
const form = new URLSearchParams(createParams()).toString()

describe('a malformed request gets InvalidParameter in the envelope', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1')
  const requests: [what: string, expected: string, bytes: Buffer][] = [
    ['bad percent-encoding', '`KeyName`', request('GET', `${path}?${form}&KeyName=%ZZ`, {})],
    ['percent-encoded bytes that are not UTF-8', '`KeyName`', request('GET', `${path}?${form}&KeyName=%FF`, {})],
    ['bytes that are not UTF-8 in the body', 'UTF-8', request('POST', path, {}, latin1(`${form}&KeyName=\xff`))],
    [
      'a part that is not UTF-8',
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

  test.each(requests)('%s', async (_what, expected, bytes) => {
    const { port } = await start()
    const raw = await sendRaw(port, bytes)
    expect(raw.status).toBe(200)
    expect(raw.headers).toMatch(/^content-type: application\/json\r?$/im)
    expect(raw.answer().Response).toStrictEqual({
      Error: { Code: 'InvalidParameter', Message: expect.stringContaining(expected) },
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
  })

  test('names of JavaScript properties are ordinary parameter names', async () => {
    const { port } = await start()
    const names = '__proto__=1&constructor=2&toString.x=3&hasOwnProperty.0=4&__proto__.polluted=5'
    const raw = await sendRaw(port, request('GET', `${path}?${names}&${form}`, {}))
    expect(codeOf(raw.answer())).toBe('Success')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('a request that the HTTP parser refuses gets the envelope at 400, and the connection is closed', () => {
  const requests: [what: string, bytes: string | Buffer][] = [
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

  test.each(requests)('%s', async (_what, bytes) => {
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
  expect((await sendRaw(port, request('POST', '/', {}, filler(10)))).answer().Response.Error).toStrictEqual({
    Code: 'RequestSizeLimitExceeded',
    Message: 'The request is too large. The body exceeds the limit of 10485760 bytes.',
  })
})

describe('a request of 10 MB does not delay other requests', () => {
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
      Message: expect.stringContaining('The limit is 10000 parameters per request.'),
    })
    // It took half a minute when all of them were read
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

test('a body with too large a Content-Length is refused before it is sent', async () => {
  const { port } = await start()
  const { answer } = await sendRaw(port, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\nAction=`)
  expect(answer().Response.Error?.Message).toContain('exceeds the limit of 10485760 bytes')
})

test('garbage after a request is answered after it, on the same connection', async () => {
  const { port } = await start()
  const { body } = await sendRaw(port, `GET ${target(createParams())} HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n`)
  expect(body).toMatch(/"KeyName":"Tencent".*HTTP\/1.1 400 Bad Request.*InvalidParameter/s)
})

test('the error for a TLS handshake on the HTTP port names the cause', async () => {
  const { port } = await start()
  const { status, answer } = await sendRaw(port, Buffer.from('160301006f0100006b0303', 'hex'))
  expect(status).toBe(400)
  expect(answer().Response.Error?.Message).toContain('TLS handshake on the HTTP port: use http:// or --tls-port.')
})

test('an echoed value is cut after 64 characters, and no character is split', async () => {
  const { port } = await start()
  const { answer } = await sendRaw(port, request('GET', target(createParams({ KeyName: `a${'😀'.repeat(99)}` })), {}))
  expect(answer().Response.Error?.Message).toContain(`\`a${'😀'.repeat(63)}…\``)
})

test('the error for a request that the parser refuses names the cause', async () => {
  const { port } = await start()
  const long = await sendRaw(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`)
  expect(long.answer().Response.Error?.Message).toContain('exceed the limit of 65536 bytes')
})
