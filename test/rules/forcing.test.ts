import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorTexts } from '../../src/core/errors.ts'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import documentedCodes from '../data/documented-codes.json' with { type: 'json' }
import documentedCodesOf30 from '../data/documented-codes-3.0.json' with { type: 'json' }
import { call, codeOf, createCode, createParams, get, post } from '../support/api.ts'
import { start } from '../support/emulator.ts'

const codes = Object.keys(errorTexts)

test('every documented code of both versions of the API has a text that can be forced', () => {
  const documented = [documentedCodes, documentedCodesOf30].flatMap((lists) => Object.values(lists).flat())
  expect(documented.filter((code) => !codes.includes(code))).toStrictEqual([])
})

describe('a documented code', () => {
  let emulator: Emulator
  beforeAll(async () => {
    emulator = await startEmulator({ port: 0, poolSize: 0 })
  })
  afterAll(() => emulator.close())

  test.each(codes)('%s can be forced by header and by parameter, and nothing is created', async (code) => {
    const byHeader = await get(emulator, createParams(), { 'X-Emulator-Error': code })
    expect(byHeader.Response).toStrictEqual({
      Error: { Code: code, Message: expect.stringMatching(/^[^{}]{10,}$/) },
      RequestId: expect.any(String),
    })
    const byParameter = await post(emulator, createParams({ EmulatorError: code }))
    expect(byParameter.Response.Error).toStrictEqual(byHeader.Response.Error)
    expect((await call(emulator, 'DescribeKeyPairs')).Response.TotalCount).toBe(0)
  })
})

test('an error is forced after the check of the Action and before all other checks', async () => {
  const emulator = await start()
  const headers = { 'X-Emulator-Error': 'InvalidRequest.LimitExceeded' }
  const codeFor = async (changes: Record<string, string | undefined>) =>
    codeOf(await get(emulator, createParams(changes), headers))
  expect([
    await codeFor({ Action: 'Nothing' }),
    await codeFor({ Action: undefined }),
    await codeFor({ Version: undefined }),
    await codeFor({ KeyName: undefined }),
  ]).toStrictEqual([
    'InvalidAction.NotFound',
    'MissingParameter',
    'InvalidRequest.LimitExceeded',
    'InvalidRequest.LimitExceeded',
  ])
})

test('the error for an undocumented code names the header or parameter', async () => {
  const emulator = await start()
  const byHeader = await get(emulator, createParams(), { 'X-Emulator-Error': 'NoSuchCode' })
  expect(byHeader.Response.Error).toStrictEqual({
    Code: 'InvalidParameter',
    Message: expect.stringContaining('`X-Emulator-Error` must be a documented error code, not `NoSuchCode`'),
  })
  const byParameter = await get(emulator, createParams({ EmulatorError: 'toString' }))
  expect(byParameter.Response.Error).toStrictEqual({
    Code: 'InvalidParameter',
    Message: expect.stringContaining('`EmulatorError`'),
  })
})

test.each(['-1', '1.5', '600001', 'now', ''])(
  'the error for an invalid delay of "%s" names the header or parameter',
  async (delay) => {
    const emulator = await start()
    const { Response } = await get(emulator, createParams({ EmulatorDelay: delay }))
    expect(Response.Error).toStrictEqual({
      Code: 'InvalidParameter',
      Message: expect.stringContaining('`EmulatorDelay` must be an integer of milliseconds from 0 to 600000'),
    })
  },
)

test.each([
  ['header', {}, { 'X-Emulator-Delay': '300' }],
  ['parameter', { EmulatorDelay: '300' }, {}],
] as const)('a delay by %s comes before the request is processed', async (_by, changes, headers) => {
  const emulator = await start()
  const order: string[] = []
  const late = get(emulator, createParams(changes), headers).then((answer) => order.push(`late ${codeOf(answer)}`))
  // It needs no key, so that only the delay can make the other request slower
  const soon = createCode(emulator, { KeyName: '' }).then((code) => order.push(`soon ${code}`))
  await Promise.all([late, soon])
  expect(order).toStrictEqual(['soon InvalidKeyPairNameEmpty', 'late Success'])
})

test('a delay and an error together delay the error', async () => {
  const emulator = await start()
  const order: string[] = []
  const headers = { 'X-Emulator-Delay': '300', 'X-Emulator-Error': 'InternalError' }
  const late = get(emulator, createParams(), headers).then((answer) => order.push(codeOf(answer)))
  const soon = createCode(emulator, { KeyName: '' }).then((code) => order.push(code))
  await Promise.all([late, soon])
  expect(order).toStrictEqual(['InvalidKeyPairNameEmpty', 'InternalError'])
})

test('twenty concurrent delays cause no warning of a leak', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error) => warnings.push(warning)
  process.on('warning', listen)
  const emulator = await start()
  await Promise.all(Array.from({ length: 20 }, () => get(emulator, createParams({ EmulatorDelay: '50', KeyName: '' }))))
  await new Promise(setImmediate)
  process.off('warning', listen)
  expect(warnings).toStrictEqual([])
})

test('with request-faults off nothing is forced', async () => {
  const emulator = await start({ requestFaults: 'off' })
  const headers = { 'X-Emulator-Error': 'InternalError', 'X-Emulator-Delay': '600000' }
  expect(codeOf(await get(emulator, createParams({ EmulatorError: 'NoSuchCode' }), headers))).toBe('Success')
})
