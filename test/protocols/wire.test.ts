import { describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { isIn } from '../../src/core/action.ts'
import { codeOf, createParams, target, version } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { boundary, multipart } from '../support/multipart.ts'
import { request, sendRaw } from '../support/raw.ts'

const path = '/v2/index.php'
const form = new URLSearchParams(createParams()).toString()

describe('a CreateKeyPair request is read', () => {
  const requests: [format: string, bytes: Buffer][] = [
    ['in the query of a GET', request('GET', target(createParams()), {})],
    [
      'in the query of a GET with a Content-Type',
      request('GET', target(createParams()), { 'Content-Type': 'application/json' }),
    ],
    ['in the query of an unsigned POST', request('POST', target(createParams()), {})],
    ['in the body of an unsigned GET', request('GET', path, {}, form)],
    ['as a form', request('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, form)],
    [
      'as a form whose Content-Type has a parameter',
      request('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded; param=value' }, form),
    ],
    ['as a form with the Content-Type of JSON', request('POST', path, { 'Content-Type': 'application/json' }, form)],
    [
      'as a form with the Content-Type of multipart',
      request('POST', path, { 'Content-Type': 'multipart/form-data; boundary=none' }, form),
    ],
    ['as a form with an invalid Content-Type', request('POST', path, { 'Content-Type': ';;;' }, form)],
    ['as a form without a Content-Type', request('POST', path, {}, form)],
    [
      'as multipart',
      request('POST', path, { 'Content-Type': `multipart/form-data; boundary=${boundary}` }, multipart(createParams())),
    ],
    ['as multipart without a Content-Type', request('POST', path, {}, multipart(createParams()))],
    [
      'as unsigned JSON',
      request(
        'POST',
        path,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ ...createParams(), ProjectId: 0 }),
      ),
    ],
    [
      'as unsigned JSON with the Content-Type of a form',
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

  test.each(requests)('%s', async (_format, bytes) => {
    const { port } = await start()
    const { body, headers, status } = await sendRaw(port, bytes)
    expect(JSON.parse(body).Response.KeyPair?.KeyName, body).toBe('Tencent')
    expect(status).toBe(200)
    expect(headers.toLowerCase()).toMatch(/^content-type: application\/json\r?$/m)
  })
})

describe('a signed request is read exactly as documented', () => {
  test('a request with a TC3 Authorization is a signed request', async () => {
    const { port } = await start()
    const common = { 'X-TC-Action': 'CreateKeyPair', 'X-TC-Version': version }
    const headers = { ...common, Authorization: 'TC3-HMAC-SHA256 Credential=x' }
    const raw = await sendRaw(port, request('POST', target(createParams()), headers, 'Region=x'))
    expect(raw.answer().Response.Error?.Message).toContain('the query string of a signed POST is ignored')
  })

  const signature = 'Signature=abc%3D'

  test('a POST from its body only', async () => {
    const { port } = await start()
    const inQuery = await sendRaw(port, request('POST', `${target(createParams())}&${signature}`, {}, 'Region=x'))
    expect(inQuery.answer().Response.Error).toStrictEqual({
      Code: 'MissingParameter',
      Message:
        'The request is missing a required parameter `Action`. It was not found in the body (the query string of a signed POST is ignored).',
    })
    const inBody = await sendRaw(port, request('POST', `${path}?KeyName=other`, {}, `${form}&${signature}`))
    expect(inBody.answer().Response.KeyPair?.KeyName).toBe('Tencent')
  })

  test('a GET from its query only', async () => {
    const { port } = await start()
    const inBody = await sendRaw(port, request('GET', `${path}?Region=x`, {}, `${form}&${signature}`))
    expect(inBody.answer().Response.Error?.Message).toContain('the body of a signed GET is ignored')
    const inQuery = await sendRaw(port, request('GET', `${target(createParams())}&${signature}`, {}, 'KeyName=other'))
    expect(inQuery.answer().Response.KeyPair?.KeyName).toBe('Tencent')
  })

  test('a malformed part that is not read causes no error', async () => {
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
      Message: expect.stringContaining('must have a form as its body; a JSON body must be signed by TC3-HMAC-SHA256'),
    })
  })
})

test('in an unsigned request the body wins over the query', async () => {
  const { port } = await start()
  const raw = await sendRaw(port, request('POST', `${target(createParams())}`, {}, 'KeyName=from_body'))
  expect(raw.answer().Response.KeyPair?.KeyName).toBe('from_body')
})

test('the last value of a repeated parameter counts', async () => {
  const { port } = await start()
  const raw = await sendRaw(port, request('GET', `${target(createParams())}&KeyName=first&keyName=last`, {}))
  expect(raw.answer().Response.KeyPair?.KeyName).toBe('last')
})

const v2Actions = actions
  .filter((action) => isIn('2017-03-12', action))
  .map(({ name }) => name)
  .join(', ')

test('an unknown action is an error of the API, never of HTTP', async () => {
  const { port } = await start()
  for (const action of ['RunInstances', '', '__proto__', 'toString']) {
    const raw = await sendRaw(port, request('GET', target(createParams({ Action: action })), {}))
    expect(raw.status).toBe(200)
    expect(raw.answer().Response.Error).toStrictEqual({
      Code: 'InvalidAction.NotFound',
      Message: `The action \`${action}\` does not exist in this version of the API. Supported actions: ${v2Actions}.`,
    })
  }
})

test('the error for an action of the earlier API names the Version to use', async () => {
  const { port } = await start()
  for (const Action of ['BindInstanceKey', 'unBindInstanceKey']) {
    const old = await sendRaw(port, request('GET', target({ Action }), {}))
    expect(old.answer().Response.Error).toStrictEqual({
      Code: 'MissingParameter',
      Message: expect.stringContaining('Use `Version=2017-03-12`.'),
    })
  }
})

test('another path is 404 and another method 405, each with a working example', async () => {
  const { port, url } = await start()
  for (const [method, elsewhere, status] of [
    ['GET', '/v2', 404],
    ['POST', '/v2/index', 404],
    ['GET', '/%ZZ', 404],
    ['PUT', path, 405],
    ['PUT', '/', 405],
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
    // RFC 9110, 15.5.6: a 405 lists the allowed methods
    expect(/^allow: (.*)$/im.exec(raw.headers)?.[1]).toBe(status === 405 ? 'GET, POST' : undefined)
    const example = /for example: (\S+)/.exec(JSON.parse(raw.body).error.message)?.[1]
    expect(example).toMatch(/^\/v2\/index\.php\?Action=CreateKeyPair&/)
    await fetch(`${url}${example}`).then(async (answer) => expect(answer.status).toBe(200))
  }
})
