import { describe, expect, test } from 'vitest'
import { call, createParams, target } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { request, sendRaw } from '../support/raw.ts'

const create = { KeyName: 'k', ProjectId: 0 }
const common = { 'X-TC-Action': 'CreateKeyPair', 'X-TC-Version': '2017-03-12' }
const lowerCase = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('the envelope', () => {
  test('has HTTP status 200, the type application/json, and a lower-case RequestId as the last field', async () => {
    const { port } = await start()
    for (const body of [JSON.stringify(create), '{', '']) {
      const { status, headers, answer } = await sendRaw(port, request('POST', '/', common, body))
      expect(status).toBe(200)
      expect(headers).toMatch(/^content-type: application\/json\r?$/im)
      expect(answer().Response.RequestId).toMatch(lowerCase)
      expect(Object.keys(answer().Response).at(-1)).toBe('RequestId')
    }
    const { Response } = await call30(await start(), 'ImportKeyPair', { ...create, PublicKey: publicKey('x') })
    expect(Object.keys(Response)).toStrictEqual(['KeyId', 'RequestId'])
  })

  test('is that of 3.0 for a body that is too large', async () => {
    const { port } = await start()
    const tooLarge = Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n`)
    const { answer } = await sendRaw(port, tooLarge)
    expect(answer().Response.RequestId).toMatch(lowerCase)
    const withHeader = String(tooLarge)
      .replace('POST /', 'POST /v2/index.php')
      .replace('Host', 'X-TC-Action: A\r\nHost')
    const atOlderPath = await sendRaw(port, Buffer.from(withHeader))
    expect(atOlderPath.answer().Response.RequestId).toMatch(lowerCase)
  })
})

describe('parameters and headers are read on both paths', () => {
  test.each<[string, string, string, Record<string, string>, string]>([
    ['JSON at the older path', 'POST', '/v2/index.php', common, JSON.stringify(create)],
    ['flat parameters with headers at the older path', 'GET', '/v2/index.php?KeyName=k&ProjectId=0', common, ''],
    ['parameters only', 'GET', target(createParams()).replace('/v2/index.php', '/'), {}, ''],
    ['a form', 'POST', '/', {}, `${new URLSearchParams(createParams())}`],
    [
      'a form with the Content-Type of JSON',
      'POST',
      '/',
      { 'Content-Type': 'application/json' },
      `${new URLSearchParams(createParams())}`,
    ],
    [
      'Version as a parameter, the Action as a header',
      'POST',
      '/?Version=2017-03-12',
      { 'X-TC-Action': 'CreateKeyPair' },
      JSON.stringify(create),
    ],
    [
      'Action as a parameter, the Version as a header',
      'POST',
      '/?Action=CreateKeyPair',
      { 'X-TC-Version': '2017-03-12' },
      JSON.stringify(create),
    ],
    [
      'an absolute URL without a path, as for a proxy',
      'POST',
      'http://cvm.tencentcloudapi.com',
      common,
      JSON.stringify(create),
    ],
  ])('%s', async (_what, method, path, headers, body) => {
    const { port } = await start()
    const { Response } = (await sendRaw(port, request(method, path, headers, body))).answer()
    expect(Response.Error).toBeUndefined()
    expect(Response.RequestId).toMatch(lowerCase)
  })

  test('parameters at the older path stay 2017-03-12', async () => {
    const { Response } = await call(await start(), 'Nothing')
    expect(Response.Error.Code).toBe('InvalidAction.NotFound')
    expect(Response.RequestId).toMatch(/^[0-9A-F-]{36}$/)
  })
})

test('X-TC-Region is the Region; an empty value or null counts as not sent', async () => {
  const instanceId = 'ins-00000001'
  const emulator = await start({ fixtures: { instances: [{ instanceId, region: 'ap-beijing' }] } })
  const counts = await Promise.all(
    ['ap-beijing', '', 'null', 'ap-guangzhou'].map(async (region) => {
      const headers = { 'X-TC-Region': region }
      return (await call30(emulator, 'DescribeInstances', { InstanceIds: [instanceId] }, headers)).Response.TotalCount
    }),
  )
  expect(counts).toStrictEqual([1, 1, 1, 0])
})

test('the journal has the headers of 3.0, and no signature', async () => {
  const emulator = await start()
  const headers = { Authorization: 'SKIP', 'X-TC-Token': 'TOKEN123', 'X-TC-Region': 'ap-beijing' }
  await call30(emulator, 'CreateKeyPair', create, headers)
  expect(await emulator.journal.find()).toMatchObject([
    {
      action: 'CreateKeyPair',
      region: 'ap-beijing',
      parameters: {
        authorization: '[redacted]',
        'x-tc-token': '[redacted]',
        'x-tc-action': 'CreateKeyPair',
        KeyName: 'k',
        ProjectId: '0',
      },
    },
  ])
})
