import { describe, expect, test } from 'vitest'
import { createClock } from '../../src/system/clock.ts'
import { call, createParams, get } from '../support/api.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { credential, sign } from '../support/sign.ts'

/** A system time that the test moves. */
function systemTime(at = '2026-01-01T00:00:00Z') {
  let time = Date.parse(at)
  return {
    now: () => new Date(time),
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

describe.each(ways)('%s the clock', (way) => {
  test('is frozen at its own or another time, advanced, set and resumed', async () => {
    const { now, pass } = systemTime()
    const { freeze, setClock, advance, resume, resetClock, clock } = controls(await start({ now }), way)
    const shown = async () => {
      const { time, frozen } = await clock()
      return [time, frozen]
    }
    await freeze()
    pass(1000)
    expect(await shown()).toStrictEqual(['2026-01-01T00:00:00.000Z', true])
    await advance(90_000)
    expect(await shown()).toStrictEqual(['2026-01-01T00:01:30.000Z', true])
    await freeze('2017-03-12T08:00:00Z')
    await advance(-1000)
    expect(await shown()).toStrictEqual(['2017-03-12T07:59:59.000Z', true])
    await resume()
    pass(2000)
    expect(await shown()).toStrictEqual(['2017-03-12T08:00:01.000Z', false])
    await setClock('2030-01-01T00:00:00Z')
    pass(500)
    expect(await shown()).toStrictEqual(['2030-01-01T00:00:00.500Z', false])
    await resume()
    await resetClock()
    expect(await shown()).toStrictEqual(['2026-01-01T00:00:03.500Z', false])
  })

  test('determines creation times, operation delays, signature windows and nonces', async () => {
    const emulator = await start({
      clock: '2017-03-12T08:00:00Z',
      operationDelay: 60_000,
      nonceCheck: 'on',
      fixtures: {
        credentials: [credential],
        accounts: { AKIDsigner: {} },
        instances: [{ instanceId: 'ins-00000000' }],
      },
    })
    const { advance } = controls(emulator, way)
    const created = await get(emulator, createParams())
    const KeyId = created.Response.KeyPair?.KeyId ?? ''
    await call(emulator, 'AssociateInstancesKeyPairs', { 'InstanceIds.0': 'ins-00000000', 'KeyIds.0': KeyId })
    const operation = async () => {
      const { Response } = await call(emulator, 'DescribeInstances')
      return Response.InstanceSet[0].LatestOperationState
    }
    const signed = sign({
      Action: 'DescribeKeyPairs',
      Version: '2017-03-12',
      Timestamp: `${Date.UTC(2017, 2, 12, 8) / 1000}`,
    })
    const codes = async () => (await get(emulator, signed)).Response.Error?.Code ?? 'Success'
    expect([await operation(), await codes(), await codes()]).toStrictEqual([
      'OPERATING',
      'Success',
      'InvalidRequest.ReplayAttack',
    ])
    await advance(60_000)
    expect(await operation()).toBe('SUCCESS')
    await advance(300_000)
    const again = sign({
      Action: 'DescribeKeyPairs',
      Version: '2017-03-12',
      Timestamp: signed.Timestamp ?? '',
      Nonce: '7',
    })
    expect((await get(emulator, again)).Response.Error?.Code).toBe('InvalidRequest.ReplayAttack')
    await get(emulator, createParams({ KeyName: 'later' }))
    const { Response } = await call(emulator, 'DescribeKeyPairs')
    expect(Response.KeyPairSet.map((pair: { CreatedTime: string }) => pair.CreatedTime)).toStrictEqual([
      '2017-03-12T08:06:00Z',
      '2017-03-12T08:00:00Z',
    ])
  })
})

describe('at the end of the year 9999', () => {
  const end = '9999-12-31T23:59:59.999Z'

  test('a running clock stops, and can be set back', () => {
    const { now, pass } = systemTime()
    const clock = createClock(now)
    clock.set(new Date('9999-12-31T23:59:59.000Z'))
    pass(2000)
    expect([clock.now().toISOString(), clock.isFrozen]).toStrictEqual([end, false])
    expect(() => clock.advance(1)).toThrow('The clock must show a year from 1 to 9999.')
    clock.advance(-1000)
    pass(1)
    expect(clock.now().toISOString()).toBe('9999-12-31T23:59:59.000Z')
    pass(5000)
    const exported = clock.state()
    pass(5000)
    const other = createClock(now, undefined, exported)
    expect(other.now().toISOString()).toBe(end)
  })

  test.each([2 ** 53, 1e300, Number.MAX_VALUE, -Number.MAX_VALUE])('a frozen clock does not advance by %d', (by) => {
    const clock = createClock(() => new Date(0), { frozen: new Date(0) })
    expect(() => clock.advance(by)).toThrow('The clock must show a year from 1 to 9999.')
    expect(clock.now()).toStrictEqual(new Date(0))
  })

  test('an operation ends, and what is exported can be loaded', async () => {
    const instances = [{ instanceId: 'ins-00000000' }]
    const emulator = await start({ clock: '9999-12-31T23:59:00Z', operationDelay: 3_600_000, fixtures: { instances } })
    const { Response } = await get(emulator, createParams())
    const KeyId = Response.KeyPair?.KeyId ?? ''
    await call(emulator, 'AssociateInstancesKeyPairs', { 'InstanceIds.0': 'ins-00000000', 'KeyIds.0': KeyId })
    const operation = async () =>
      (await call(emulator, 'DescribeInstances')).Response.InstanceSet[0].LatestOperationState
    expect(await operation()).toBe('OPERATING')
    const state = await emulator.state.export()
    await emulator.state.import(state)
    expect(await emulator.state.export()).toStrictEqual(state)
    await emulator.clock.set(new Date(end))
    expect(await operation()).toBe('SUCCESS')
  })
})

test.each([
  [
    '/clock/freeze',
    { time: 'now' },
    'body/time is "now"; it must be a time in the years 1 to 9999, with a zone and at most milliseconds.',
  ],
  ['/clock/freeze', { at: '2017-03-12T08:00:00Z' }, 'body has an unknown member `at`; valid members: time.'],
  ['/clock/set', {}, 'body must have the member `time`.'],
  ['/clock/advance', { milliseconds: 1.5 }, 'body/milliseconds is 1.5; it must be an integer.'],
  ['/clock/advance', { milliseconds: 9e15 }, 'The clock must show a year from 1 to 9999.'],
  [
    '/clock/set',
    { time: '0000-01-01T00:00:00Z' },
    'body/time is "0000-01-01T00:00:00Z"; it must be a time in the years 1 to 9999, with a zone and at most milliseconds.',
  ],
  [
    '/clock/advance?seconds=1',
    { milliseconds: 1 },
    'query has an unknown parameter `seconds`; no parameter is valid here.',
  ],
])('POST %s %j is rejected, and the clock does not change', async (path, body, message) => {
  const { url } = await start({ clock: '2017-03-12T08:00:00Z' })
  expect(await control(url, 'POST', path, body)).toStrictEqual({
    status: 400,
    body: { error: { code: 'BadRequest', message } },
  })
  expect((await control(url, 'GET', '/clock')).body).toStrictEqual({ time: '2017-03-12T08:00:00.000Z', frozen: true })
})

test('a reset freezes a clock that started frozen', () => {
  const clock = createClock(() => new Date(), { frozen: new Date(0) })
  clock.resume()
  clock.reset()
  expect([clock.isFrozen, clock.now()]).toStrictEqual([true, new Date(0)])
})

test('the clock of startEmulator advances only by whole milliseconds', async () => {
  const { clock } = await start()
  await expect(clock.advance(1.5)).rejects.toThrow('The clock advances by whole milliseconds; 1.5 is not an integer.')
})
