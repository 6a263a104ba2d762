import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { tc3 } from '../../support/api-3.0.ts'
import { start } from '../../support/emulator.ts'
import { request, sendRaw } from '../../support/raw.ts'
import { credential, sign } from '../../support/sign.ts'
import { failure, json, send } from '../../support/strict-tc3.ts'

describe('only signed parameters are executed', () => {
  const known = () => start({ auth: 'known', clock: new Date(1489305600_000), fixtures: { credentials: [credential] } })
  const common = { Version: '2017-03-12', Action: 'DescribeKeyPairs' }

  test('headers do not change a request that HMAC signs', async () => {
    const { port } = await known()
    const headers = { 'X-TC-Action': 'DescribeInstances', 'X-TC-Version': '2017-03-12' }
    for (const path of ['/', '/v2/index.php']) {
      const target = `${path}?${new URLSearchParams(sign(common, { path }))}`
      const { Response } = (await sendRaw(port, request('GET', target, headers))).answer()
      expect(Response).toHaveProperty('KeyPairSet')
    }
  })

  test('a name with _ that HMAC signed with dots is executed with dots', async () => {
    const { port } = await known()
    const filters = { Filters_0_Name: 'zone', Filters_0_Values_0: 'x' }
    const target = `/?${new URLSearchParams(sign({ ...common, ...filters }, { path: '/' }))}`
    const { Response } = (await sendRaw(port, request('GET', target, {}))).answer()
    expect(Response.Error?.Code).toBe('InvalidFilter')
  })

  test('a name with _ that HMAC signed unchanged is accepted, because the page of 3.0 has no rule for it', async () => {
    const { port } = await known()
    const params = new URLSearchParams({
      ...{ Action: 'DescribeKeyPairs', Filters_0_Name: 'zone', Filters_0_Values_0: 'x', Nonce: '1' },
      ...{ SecretId: credential.secretId, Timestamp: '1489305600', Version: '2017-03-12' },
    })
    const text = `GET127.0.0.1/?${decodeURIComponent(`${params}`)}`
    const Signature = createHmac('sha1', credential.secretKey).update(text).digest('base64')
    const target = `/?${params}&Signature=${encodeURIComponent(Signature)}`
    const { Response } = (await sendRaw(port, request('GET', target, {}))).answer()
    expect(Response.Error?.Code).toBe('InvalidFilter')
  })

  test('a TC3 signature in capitals is refused for a SecretId that must sign', async () => {
    const capitals = tc3({ payload: json }).replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())
    expect((await send(capitals, { auth: 'known' })).code).toBe(failure)
  })

  test('a header that is listed a thousand times is refused for a SecretId that must sign', async () => {
    const listed = tc3({ payload: json }).replace('host,', `host${';x-big'.repeat(1000)},`)
    const headers = { 'X-Big': 'y'.repeat(20_000) }
    expect((await send(listed, { auth: 'known', headers })).code).toBe('AuthFailure.InvalidAuthorization')
  })

  test('a parameter called Signature does not replace a TC3 signature', async () => {
    const body = '{"KeyName":"k","ProjectId":0,"Signature":"x"}'
    expect((await send({ key: 'wrong' }, { auth: 'known', body })).code).toBe(failure)
  })

  test('a member of a JSON body called Signature does not disable the type checks', async () => {
    const body = '{"KeyName":"k","ProjectId":"0","Signature":"x"}'
    const { message } = await send({}, { body })
    expect(message).toBe('The value type of parameter `ProjectId` is not valid, input type should be `integer`')
  })
})
