import { describe, expect, test } from 'vitest'
import type { SignatureDiagnosis } from '../../../src/journal/entry.ts'
import { type Tc3Signing, tc3 } from '../../support/api-3.0.ts'
import { differenceOf } from '../../support/diagnosis.ts'
import { credential } from '../../support/sign.ts'
import { failure, json, send } from '../../support/strict-tc3.ts'

describe('the diagnosis', () => {
  // Two hashes may begin alike
  const hash = '[0-9a-f]{1,64}'
  test.each<[cause: string, Tc3Signing, mistake: RegExp, difference?: [right: string, wrong: string]]>([
    ['wrong-payload-hash', { payload: '{"KeyName": "k", "ProjectId": 0}' }, /payload hash differs/, [hash, hash]],
    ['wrong-payload-hash', { payload: '' }, /payload hash differs/, [hash, hash]],
    [
      'wrong-signed-headers',
      { signedHeaders: 'content-type;host;x-tc-action', more: 'x-tc-action:createkeypair\n' },
      /SignedHeaders differs/,
      [`\ncontent-type;host\n${hash}`, `x-tc-action:createkeypair\n\ncontent-type;host;x-tc-action\n${hash}`],
    ],
    [
      'wrong-signed-date',
      { date: '2017-03-13', sentScope: '2017-03-12/cvm' },
      /the signed date differs/,
      [`2/cvm/tc3_request\n${hash}`, `3/cvm/tc3_request\n${hash}`],
    ],
    [
      'wrong-signed-service',
      { service: 'tag', sentScope: '2017-03-12/cvm' },
      /the signed service differs/,
      [`cvm/tc3_request\n${hash}`, `tag/tc3_request\n${hash}`],
    ],
    [
      'wrong-content-type',
      { contentType: 'application/x-www-form-urlencoded' },
      /the signed Content-Type differs/,
      ['json\nhost:[^]+', 'x-www-form-urlencoded\nhost:[^]+'],
    ],
    [
      'wrong-host',
      { host: 'cvm.127.0.0.1' },
      /the signed host or port differs: cvm\.127\.0\.0\.1$/,
      ['127\\.0[^]+', 'cvm\\.127[^]+'],
    ],
    ['wrong-method', { method: 'GET' }, /the signed method is GET, but POST was sent/, ['POST\n[^]+', 'GET\n[^]+']],
    ['wrong-secret', { key: `${credential.secretKey}\n` }, /white space around/],
    ['unknown', { key: 'wrong key' }, /^unknown/],
  ])('finds %s: %j', async (cause, signing, mistake, difference) => {
    const right = tc3({ payload: json })
    const wrong = tc3({ payload: json, ...signing })
    const sent = cause === 'wrong-signed-headers' ? wrong.replace(';x-tc-action', '') : wrong
    expect(sent).not.toBe(right)
    const { code, message, refused, log } = await send(sent)
    expect(code).toBe(failure)
    expect(refused?.mistake).toMatch(mistake)
    expect(refused?.cause).toBe(cause)
    const isOfScope = cause.startsWith('wrong-signed-') && cause !== 'wrong-signed-headers'
    expect(refused?.expected).toMatch(
      isOfScope
        ? /^TC3-HMAC-SHA256\n1489305600\n2017-03-12\/cvm\/tc3_request\n[0-9a-f]{64}$/
        : /^POST\n\/\n\ncontent-type:application\/json\nhost:127\.0\.0\.1\n\ncontent-type;host\n[0-9a-f]{64}$/,
    )
    if (difference) {
      const found = differenceOf(refused as SignatureDiagnosis)
      for (const [index, text] of difference.entries()) expect(found[index]).toMatch(new RegExp(`^${text}$`))
    } else {
      expect(Object.keys(refused ?? {})).toStrictEqual(['cause', 'mistake', 'expected'])
    }
    expect(log).not.toContain(credential.secretKey)
    expect(message).not.toContain('payload hash')
  })

  test('does not try known mistakes on more headers than clients sign', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `x-${index}`)
    const signedHeaders = ['content-type', 'host', ...names].join(';')
    const { code, refused } = await send(
      { signedHeaders, more: names.map((name) => `${name}:b\n`).join(''), key: 'x' },
      { headers: Object.fromEntries(names.map((name) => [name, 'b'])) },
    )
    expect([code, refused?.cause, refused?.mistake]).toStrictEqual([
      failure,
      'too-many-headers',
      'unknown; more than 100 signed headers are too many to try known mistakes',
    ])
  })

  test('finds a query that was sorted', async () => {
    const { refused } = await send(
      { method: 'GET', query: 'KeyName=k&ProjectId=0', payload: '' },
      { method: 'GET', target: '/?ProjectId=0&KeyName=k', body: '' },
    )
    expect(refused?.mistake).toMatch(/^the signed query differs in order or encoding/)
    const [right, wrong] = differenceOf(refused as SignatureDiagnosis)
    expect([right.slice(0, 10), wrong.slice(0, 10)]).toStrictEqual(['ProjectId=', 'KeyName=k&'])
  })

  test.each<[string, Tc3Signing, Record<string, string>]>([
    ['the scope', { sentScope: `${credential.secretKey}/cvm` }, {}],
    ['the timestamp', {}, { 'X-TC-Timestamp': credential.secretKey }],
    [
      'a header in lower case',
      { signedHeaders: 'content-type;host;x-tc-region', more: 'x-tc-region:x\n' },
      { 'X-TC-Region': credential.secretKey },
    ],
  ])('hides a SecretKey in %s', async (_what, signing, headers) => {
    const { refused, log } = await send({ ...signing, key: 'x' }, { headers })
    expect(refused?.expected).toBe('***')
    expect(log).toContain('"stringToSign":"***","canonicalRequest":"***"')
    expect(log.toLowerCase()).not.toContain(credential.secretKey.toLowerCase())
  })

  test('hides a private key whose + arrived as a space', async () => {
    const target = `/?PublicKey=MIIEpAIBAAKCAQEA3x+Zz${'A'.repeat(60)}`
    const { refused, log } = await send({ key: 'x' }, { method: 'GET', target, body: '' })
    expect(refused?.expected).toContain('PublicKey=***')
    expect(log).not.toContain('MIIEp')
  })

  test('hides what cannot be decoded in the query of a POST', async () => {
    const { code, refused } = await send({ query: 'a=%ZZ&b=1', payload: '' }, { target: '/?a=%ZZ&b=1', body: json })
    expect([code, refused?.cause]).toStrictEqual([failure, 'wrong-payload-hash'])
    for (const text of [refused?.expected, refused?.received]) expect(text).toMatch(/^POST\n\/\n\*\*\*&b=1\n/)
  })

  test('hides a secret in a query', async () => {
    const target = `/?KeyName=${credential.secretKey}&ProjectId=0`
    const { refused, log } = await send({ key: 'x' }, { method: 'GET', target, body: '' })
    expect(refused?.expected).toContain('KeyName=***&ProjectId=0')
    expect(log).not.toContain(credential.secretKey)
  })

  test('hides a token in a header, and a key or token in a query in any encoding', async () => {
    const signed = { signedHeaders: 'content-type;host;x-tc-token', more: 'x-tc-token:foreign999\n' }
    const header = await send({ ...signed, key: 'x' }, { headers: { 'X-TC-Token': 'Foreign999' } })
    expect(header.refused?.expected).toContain('x-tc-token:***')
    const target = '/?To%6ben=Foreign999&PublicKey=x=-----BEGIN+RSA+PRIVATE+KEY-----%0AMIIEleak&ProjectId=0'
    const query = await send({ key: 'x' }, { method: 'GET', target, body: '' })
    expect(query.refused?.expected).toContain('Token=***&PublicKey=***&ProjectId=0')
    expect(header.log + query.log).not.toMatch(/foreign999|MIIEleak/i)
  })
})
