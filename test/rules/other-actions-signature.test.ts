import { describe, expect, test } from 'vitest'
import type { Emulator, FaultRule } from '../../src/emulator.ts'
import { type AnyAnswer, target } from '../support/api.ts'
import { tc3 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const images: FaultRule = { action: 'DescribeImages', answer: { TotalCount: 0, ImageSet: [] } }
const answered = { TotalCount: 0, ImageSet: [], RequestId: expect.any(String) }

describe('a signature', () => {
  const role: FaultRule = { action: 'AssumeRole', service: 'sts', answer: { isRole: true } }
  const strict = async (options = {}) => {
    const emulator = await start({
      auth: 'strict',
      clock: '2017-03-12T08:00:00Z',
      fixtures: { credentials: [credential] },
      ...options,
    })
    await emulator.faults.add(role)
    await emulator.faults.add(images)
    return emulator
  }
  const host = 'sts.tencentcloudapi.com'
  const signed = (Authorization: string, Host = host) =>
    request(
      'POST',
      '/',
      {
        Host,
        'Content-Type': 'application/json',
        'X-TC-Action': 'AssumeRole',
        'X-TC-Version': '2018-08-13',
        'X-TC-Timestamp': '1489305600',
        Authorization,
      },
      '{}',
    )
  const responseOf = async ({ port }: Emulator, bytes: Buffer) => (await sendRaw(port, bytes)).answer().Response

  test.each(['strict', 'known'] as const)('is checked first with --auth %s', async (auth) => {
    const emulator = await strict({ auth })
    const wrong = await responseOf(emulator, signed(tc3({ payload: '{}', host, service: 'sts', key: 'wrong' })))
    expect(wrong.Error?.Code).toBe('AuthFailure.SignatureFailure')
    expect(await emulator.faults.list()).toMatchObject([{ matched: 0 }, { matched: 0 }])
    for (const service of ['sts', 'any']) {
      const valid = signed(tc3({ payload: '{}', host, service }))
      expect(await responseOf(emulator, valid)).toMatchObject({ isRole: true })
    }
    expect(await emulator.journal.find({ code: 'Success' })).toMatchObject([
      { signature: 'valid' },
      { signature: 'valid' },
    ])
    // Where the Host is an address, the scope names the product
    const local = (service: string) => signed(tc3({ payload: '{}', service }), '127.0.0.1')
    expect(await responseOf(emulator, local('sts'))).toMatchObject({ isRole: true })
    expect((await responseOf(emulator, local('cam'))).Error).toStrictEqual({
      Code: 'InvalidAction',
      Message: expect.stringContaining('not found in service=`cam` and version=`2018-08-13`.'),
    })
  })

  test('by HMAC covers an action that only a rule answers', async () => {
    const emulator = await strict()
    const params = { Action: 'DescribeImages', Version: '2017-03-12' }
    const send = (how: object) => fetch(emulator.url + target(sign(params, how))).then((answer) => answer.json())
    expect(((await send({ key: 'wrong' })) as AnyAnswer).Response.Error.Code).toBe('InvalidParameter.SignatureFailure')
    expect(((await send({})) as AnyAnswer).Response).toStrictEqual(answered)
  })

  test('for another product passes through the proxy', async () => {
    const { port } = await strict()
    const bytes = signed(tc3({ payload: '{}', host, service: 'sts' }))
    const { body } = await sendRaw(port, Buffer.concat([Buffer.from(`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`), bytes]))
    expect(body).toContain('{"Response":{"isRole":true,')
  })

  test('for another version of an action need not name the service of the emulator', async () => {
    const emulator = await strict()
    const version = { 'X-TC-Version': '2020-03-24', 'X-TC-Timestamp': '1489305600', Host: '127.0.0.1' }
    const send = (service: string, headers: object) =>
      responseOf(
        emulator,
        request(
          'POST',
          '/',
          {
            'Content-Type': 'application/json',
            'X-TC-Action': 'CreateKeyPair',
            ...headers,
            Authorization: tc3({ payload: '{}', service }),
          },
          '{}',
        ),
      )
    await emulator.faults.add({ action: 'CreateKeyPair', service: 'lighthouse', answer: { isRule: true } })
    expect(await send('lighthouse', version)).toMatchObject({ isRule: true })
    const own = await send('lighthouse', { ...version, 'X-TC-Version': '2017-03-12' })
    expect(own.Error?.Code).toBe('AuthFailure.InvalidAuthorization')
  })
})
