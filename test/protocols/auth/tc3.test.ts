import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hmac } from '../../../src/protocols/auth/hmac-signature.ts'
import vectors from '../../data/signature-vectors.json' with { type: 'json' }
import { type Tc3Signing, tc3 } from '../../support/api-3.0.ts'
import { start } from '../../support/emulator.ts'
import { boundary, multipart } from '../../support/multipart.ts'
import { request, sendRaw } from '../../support/raw.ts'
import { credential } from '../../support/sign.ts'
import { failure, json, type Sending, send } from '../../support/strict-tc3.ts'

describe('a documented vector', () => {
  test.each(vectors.tc3)('$id is accepted with its signature only', async (vector) => {
    const [method = '', , query = '', contentType = '', host = ''] = vector.canonicalRequest.split('\n')
    const names = vector.canonicalRequest.split('\n').at(-2)
    const action = vector.canonicalRequest.includes('x-tc-action') ? { 'X-TC-Action': 'DescribeInstances' } : {}
    const [target, body] = [`/${query && `?${query}`}`, vector.payload]
    const sent = (Signature: string) =>
      send(
        `TC3-HMAC-SHA256 Credential=AKIDvector/${vector.credentialScope}, SignedHeaders=${names}, Signature=${Signature}`,
        {
          as: { secretId: 'AKIDvector', secretKey: vector.secretKey },
          ...{ method, target, body, now: vector.timestamp },
          headers: {
            ...action,
            Host: host.replace('host:', ''),
            'Content-Type': contentType.replace('content-type:', ''),
            'X-TC-Timestamp': `${vector.timestamp}`,
          },
        },
      )
    expect((await sent(vector.signature)).code).not.toMatch(/^AuthFailure/)
    expect((await sent(vector.signature.replace(/^./, (c) => (c === '0' ? '1' : '0')))).code).toBe(failure)
  })

  test.each(vectors.v3_signature_v1)('$id of HmacSHA1', async (vector) => {
    expect(hmac('sha1', vector.secretKey, vector.stringToSign)).toBe(vector.signature)
    const params = vector.stringToSign.slice(vector.stringToSign.indexOf('?') + 1)
    const { secretId, secretKey } = vector
    const { port } = await start({
      ...{ auth: 'strict', clock: new Date(1465185768_000) },
      fixtures: { credentials: [{ secretId, secretKey }], instances: [{ instanceId: 'ins-09dx96dg' }] },
    })
    const codeFor = async (signature: string) => {
      const target = `/?${params}&Signature=${encodeURIComponent(signature)}`
      const bytes = request('GET', target, { Host: 'cvm.tencentcloudapi.com' })
      return (await sendRaw(port, bytes)).answer().Response.Error?.Code ?? 'Success'
    }
    expect(await codeFor(vector.documented)).toBe(vector.reproduces ? 'Success' : failure)
    expect(await codeFor(vector.signature)).toBe('Success')
  })
})

const multipartType = `multipart/form-data; boundary=${boundary}`

test.each<[string, Tc3Signing, Sending]>([
  ['as documented', {}, {}],
  ['with the port in the host', { host: '127.0.0.1:8213' }, { headers: { Host: '127.0.0.1:8213' } }],
  ['without the port in the host', {}, { headers: { Host: '127.0.0.1:8213' } }],
  ['with the host of the service', { host: 'cvm.tencentcloudapi.com' }, {}],
  [
    'with the host of the service in the region',
    { host: 'cvm.ap-beijing.tencentcloudapi.com' },
    { headers: { 'X-TC-Region': 'ap-beijing' } },
  ],
  ['at the older path, signed as /', {}, { target: '/v2/index.php' }],
  ['at the older path, signed as received', { path: '/v2/index.php' }, { target: '/v2/index.php' }],
  ['with a charset that was not sent', { contentType: 'application/json; charset=utf-8' }, {}],
  [
    'of an unsigned payload',
    { payload: 'UNSIGNED-PAYLOAD' },
    { headers: { 'X-TC-Content-SHA256': 'UNSIGNED-PAYLOAD' } },
  ],
  [
    'of a query in another order and encoding',
    { method: 'GET', query: 'ProjectId=0&KeyName=%6b', payload: '' },
    { method: 'GET', target: '/?ProjectId=0&KeyName=%6b', body: '' },
  ],
  [
    'of the query only, by a GET with a body',
    { method: 'GET', query: 'KeyName=k&ProjectId=0', payload: '' },
    { method: 'GET', target: '/?KeyName=k&ProjectId=0', body: '{}' },
  ],
  ['with the host of the international service', { host: 'cvm.intl.tencentcloudapi.com' }, {}],
  [
    'with thousands of other headers',
    {},
    { headers: Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`x-${index}`, 'a'])) },
  ],
  [
    'with X-TC-Action in lower case',
    { signedHeaders: 'content-type;host;x-tc-action', more: 'x-tc-action:createkeypair\n' },
    {},
  ],
  [
    'of multipart',
    { contentType: multipartType },
    { body: multipart({ KeyName: 'k', ProjectId: '0' }), headers: { 'Content-Type': multipartType } },
  ],
  [
    'of octets',
    { contentType: 'application/octet-stream' },
    { headers: { 'Content-Type': 'application/octet-stream' } },
  ],
])('a signature %s is accepted', async (_what, signing, sending) => {
  const { code, message } = await send(signing, sending)
  expect(code, message).toBe('Success')
})

test.each<[string, string | Tc3Signing | undefined, Sending, string]>([
  ['no signature', undefined, {}, 'MissingParameter'],
  [
    'an unknown SecretId',
    tc3({ payload: json }).replace(credential.secretId, 'AKIDother'),
    {},
    'AuthFailure.SecretIdNotFound',
  ],
  ['a host that is not signed', { signedHeaders: 'content-type', host: '' }, {}, failure],
  ['an old timestamp', {}, { now: 1489305600 + 301 }, 'AuthFailure.SignatureExpire'],
  ['a timestamp ahead', {}, { now: 1489305600 - 301 }, 'AuthFailure.SignatureExpire'],
  ['no token', {}, { token: 'TOKEN123' }, 'AuthFailure.TokenFailure'],
  ['another token', {}, { token: 'TOKEN123', headers: { 'X-TC-Token': 'TOKEN124' } }, 'AuthFailure.TokenFailure'],
  ['the token', {}, { token: 'TOKEN123', headers: { 'X-TC-Token': 'TOKEN123' } }, 'Success'],
])('%s in strict', async (_what, signature, sending, code) => {
  expect((await send(signature, sending)).code).toBe(code)
})

test('a missing X-TC-Timestamp is named, and a body changed after signing is refused', async () => {
  const { port } = await start({ auth: 'strict', fixtures: { credentials: [credential] } })
  const headers = {
    'X-TC-Action': 'CreateKeyPair',
    'X-TC-Version': '2017-03-12',
    Authorization: tc3({ payload: json }),
  }
  const { Response } = (await sendRaw(port, request('POST', '/', headers, json))).answer()
  expect(Response.Error).toStrictEqual({
    Code: 'MissingParameter',
    Message: 'The request is missing a required parameter `Timestamp`. It was not found in the header X-TC-Timestamp.',
  })
  expect((await send(tc3({ payload: json }), { body: json.replace('"k"', '"j"') })).code).toBe(failure)
})

test('the common parameters of a signed request are headers, and nothing in its body replaces them', async () => {
  const body = '{"KeyName":"k","ProjectId":0,"Region":"ap-beijing","Action":"DescribeKeyPairs"}'
  const { code, message } = await send({}, { body, headers: { 'X-TC-Region': '' } })
  expect([code, message]).toStrictEqual([
    'MissingParameter',
    'The request is missing a required parameter `Region`. It was not found in the X-TC-* headers.',
  ])
  expect((await send({}, { body, headers: { 'X-TC-Action': '' } })).message).toContain('`Action`')
})

test('unsigned requests are answered with --auth off, and with known for an unknown SecretId', async () => {
  for (const auth of ['off', 'known'] as const) {
    expect((await send('SKIP', { auth })).code).toBe('Success')
    expect((await send(undefined, { auth })).code).toBe('Success')
  }
})

test('a string of 3.0 signed by HmacSHA256 for another path is refused', async () => {
  const { port } = await start({
    auth: 'strict',
    fixtures: { credentials: [credential] },
    clock: new Date(1489305600_000),
  })
  const codeFor = async (path: string) => {
    const params = `Action=DescribeKeyPairs&Nonce=1&Region=ap-beijing&SecretId=${credential.secretId}&SignatureMethod=HmacSHA256&Timestamp=1489305600&Version=2017-03-12`
    const text = `GETcvm.tencentcloudapi.com${path}?${params}`
    const signature = createHmac('sha256', credential.secretKey).update(text).digest('base64')
    const target = `/?${params}&Signature=${encodeURIComponent(signature)}`
    return (await sendRaw(port, request('GET', target, {}))).answer().Response.Error?.Code ?? 'Success'
  }
  expect([await codeFor('/'), await codeFor('/v2/index.php')]).toStrictEqual(['Success', failure])
})
