import { describe, expect, test } from 'vitest'
import type { SignatureDiagnosis } from '../../../src/journal/entry.ts'
import { type Tc3Signing, tc3 } from '../../support/api-3.0.ts'
import { differenceOf } from '../../support/diagnosis.ts'
import { credential } from '../../support/sign.ts'
import { failure, json, type Sending, send } from '../../support/strict-tc3.ts'

const invalid = 'AuthFailure.InvalidAuthorization'
const standards = 'The request `Authorization` header does not conform to tencentcloud standards: '
const at = (Host: string, target = '/'): Sending => ({ target, headers: { Host } })

describe('the service in the scope', () => {
  const tags = '{"ServiceType":"cvm","ResourcePrefix":"keypair","ResourceIds":["skey-00000001"],"ResourceRegion":""}'
  const tagCall: Sending = {
    body: tags,
    headers: { 'X-TC-Action': 'DescribeResourceTagsByResourceIds', 'X-TC-Version': '2018-08-13' },
  }

  test.each<[string, string, Tc3Signing, Sending]>([
    ['that of the action', '127.0.0.1', {}, {}],
    ['that of an action of the tag service', '127.0.0.1', { service: 'tag' }, tagCall],
    ['the first label of the host', 'vpc.tencentcloudapi.com', { service: 'vpc' }, {}],
    ['the first label of an address', '127.0.0.1:8213', { service: '127' }, {}],
    ['a local name', 'localhost:8213', { service: 'localhost' }, {}],
    ['a local name with its port', 'localhost:18443', { service: 'localhost:18443' }, {}],
    ['a local name with its scheme', 'http://localhost:18443', { service: 'localhost:18443', host: 'localhost' }, {}],
    [
      'an endpoint up to its first dot',
      'localhost:18443',
      { service: 'localhost:18443/v2/index' },
      at('localhost:18443', '/v2/index.php'),
    ],
  ])('may be %s', async (_what, host, signing, sending) => {
    const headers = { ...sending.headers, Host: host }
    const { code, message } = await send({ host, ...signing }, { ...sending, headers })
    expect(code, message).toBe('Success')
  })

  test.each<[string, string, Sending, string]>([
    ['another service', 'vpc', {}, 'cvm'],
    ['the tag service for a key pair', 'tag', {}, 'cvm'],
    ['cvm for tags', 'cvm', tagCall, 'tag'],
    ['a service in capitals', 'CVM', {}, 'cvm'],
    ['a name that the host does not have', 'localhost', {}, 'cvm'],
    ['no service', '', {}, 'cvm'],
  ])('may not be %s', async (_what, service, sending, expected) => {
    const { code, message, refused } = await send({ service }, sending)
    expect([code, message]).toStrictEqual([
      invalid,
      `${standards}\`Service\` in Credential not valid. The service in the scope must be \`${expected}\`.`,
    ])
    expect(refused).toMatchObject({
      cause: 'wrong-service-in-scope',
      mistake: `the service in the scope must be \`${expected}\``,
      expected: expect.stringContaining(`\n2017-03-12/${expected}/tc3_request\n`),
      received: expect.stringContaining(`\n2017-03-12/${service}/tc3_request\n`),
    })
    differenceOf(refused as SignatureDiagnosis)
  })

  test('may be any for an unknown action, whose answer says more', async () => {
    const { code } = await send({ service: 'vpc' }, { headers: { 'X-TC-Action': 'DescribeVpcs' } })
    expect(code).toBe('InvalidAction')
  })

  test('is checked before the SecretId', async () => {
    const unknown = tc3({ payload: json, service: 'vpc' }).replace(credential.secretId, 'AKIDother')
    expect((await send(unknown)).code).toBe(invalid)
  })
})

describe('the date in the scope', () => {
  test.each<[string, Tc3Signing]>([
    ['of the day after, as in Shanghai before midnight UTC', { date: '2017-03-13' }],
    ['of the day before', { date: '2017-03-11' }],
    ['in another form', { date: '20170312' }],
    ['that is empty', { date: '' }],
  ])('%s is refused, and named in the journal only', async (_what, signing) => {
    const { code, message, refused } = await send(signing)
    expect([code, message]).toStrictEqual([
      failure,
      'The provided credentials could not be validated. Please check your signature is correct. `Signature` does not match.',
    ])
    expect(refused).toMatchObject({
      cause: 'local-date-in-scope',
      mistake: 'the date in the scope is not 2017-03-12, the UTC date of X-TC-Timestamp',
      expected: expect.stringContaining('\n2017-03-12/cvm/tc3_request\n'),
      received: expect.stringContaining(`\n${signing.date}/cvm/tc3_request\n`),
    })
    differenceOf(refused as SignatureDiagnosis)
  })

  test('is the UTC date of the timestamp, not that of the server', async () => {
    const beforeMidnight = 1489363199
    const timestamp = { headers: { 'X-TC-Timestamp': `${beforeMidnight}` }, now: beforeMidnight + 60 }
    expect((await send({ timestamp: beforeMidnight, date: '2017-03-12' }, timestamp)).code).toBe('Success')
    expect((await send({ timestamp: beforeMidnight, date: '2017-03-13' }, timestamp)).code).toBe(failure)
  })

  test('does not hide that a timestamp is in milliseconds', async () => {
    const timestamp = 1489305600_000
    const { code, message } = await send(
      { timestamp, date: '2017-03-12' },
      { headers: { 'X-TC-Timestamp': `${timestamp}` } },
    )
    expect([code, message]).toStrictEqual([
      'AuthFailure.SignatureExpire',
      expect.stringContaining('1489305600000 differs'),
    ])
  })

  test('does not hide that a timestamp is not a number', async () => {
    const { code, message } = await send(
      { timestamp: 'soon' as unknown as number, date: '2017-03-12' },
      { headers: { 'X-TC-Timestamp': 'soon' } },
    )
    expect([code, message]).toStrictEqual(['InvalidParameter', expect.stringContaining('`Timestamp` must be')])
  })
})

describe('an Authorization that does not conform', () => {
  test('with another end of the scope is refused, and named', async () => {
    const { code, message, refused } = await send(tc3({ payload: json }).replace('tc3_request', 'tc3_requests'))
    expect([code, message]).toStrictEqual([
      invalid,
      `${standards}\`tc3_request\` in Credential not valid. The scope must end in \`tc3_request\`.`,
    ])
    expect(refused).toMatchObject({ cause: 'wrong-end-of-scope', mistake: 'the scope must end in `tc3_request`' })
    const [right = '', wrong] = differenceOf(refused as SignatureDiagnosis)
    expect(wrong).toBe(`s${right}`)
  })

  const right = tc3({ payload: json })
  test.each([
    ['another scheme', 'Bearer x'],
    ['nonsense', 'garbage'],
    ['no signing on purpose', 'SKIP'],
    ['the scheme alone', 'TC3-HMAC-SHA256'],
    ['another version of the scheme', right.replace('TC3', 'TC4')],
    ['no scope', right.replace(/Credential=[^,]+/, 'Credential=AKIDsigner')],
    ['no SecretId', right.replace('AKIDsigner', '')],
    ['no Credential', right.replace(/Credential=[^,]+, /, '')],
    ['no SignedHeaders', right.replace(/SignedHeaders=[^,]+, /, '')],
    ['no Signature', right.replace(/, Signature=\w+/, '')],
    ['a header that is signed twice', right.replace('host,', 'host;host,')],
  ])('as %s is refused in strict', async (_what, authorization) => {
    const { code, message } = await send(authorization)
    expect([code, message]).toStrictEqual([
      invalid,
      `${standards}it must be \`TC3-HMAC-SHA256 Credential=SecretId/date/service/tc3_request, SignedHeaders=…, Signature=…\`.`,
    ])
    expect((await send(authorization, { auth: 'off' })).code).toBe('Success')
  })
})
