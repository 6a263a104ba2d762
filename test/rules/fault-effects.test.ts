import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { type FaultRule, maxDelayMs } from '../../src/rules/rule.ts'
import { createFaults } from '../../src/rules/rules.ts'
import { createSystem } from '../../src/system/system.ts'
import { call, createCode, createParams, type Sent, target } from '../support/api.ts'
import { anyAction, anyCall } from '../support/calls.ts'
import { start } from '../support/emulator.ts'
import { codes, describeCode, error } from '../support/fault-calls.ts'
import { request, sendRaw } from '../support/raw.ts'

describe('instead of an answer', () => {
  const raw = (emulator: Emulator, params = createParams()) =>
    sendRaw(emulator.port, request('GET', target(params), {})).catch((reason: NodeJS.ErrnoException) => reason.code)

  test.each([
    [429, { retry: true }, 'application/json', '{"retry":true}'],
    [500, 'no', 'text/plain', 'no'],
    [502, undefined, 'text/plain', ''],
    [503, '<html>', 'text/plain', '<html>'],
  ] as const)('HTTP %i with a given body; the action does not run', async (status, body, type, text) => {
    const emulator = await start()
    await emulator.faults.add({ status, next: 1, ...(body !== undefined && { body }) })
    const answer = await fetch(emulator.url + target(createParams()))
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toStrictEqual([status, type, text])
    expect(await createCode(emulator)).toBe('Success')
  })

  test('the connection is dropped before the action runs', async () => {
    const emulator = await start()
    await emulator.faults.add({ drop: 'before', next: 1 })
    const answer = await raw(emulator)
    expect(typeof answer === 'object' ? answer.headers : answer).toMatch(/^$|ECONNRESET/)
    expect(await createCode(emulator)).toBe('Success')
  })

  test('the connection is dropped in the middle of the answer, after the action has run', async () => {
    const emulator = await start()
    await emulator.faults.add({ drop: 'middle', next: 1 })
    const answer = await raw(emulator)
    if (typeof answer !== 'object') throw new Error('no answer')
    const contentLength = Number(/content-length: (\d+)/i.exec(answer.headers)?.[1])
    expect([answer.status, answer.body.length]).toStrictEqual([200, Math.floor(contentLength / 2)])
    expect(await createCode(emulator)).toBe('InvalidKeyPairName.Duplicate')
    await expect(
      fetch(emulator.url + target(createParams({ KeyName: 'x' }))).then((one) => one.text()),
    ).resolves.toContain('x')
  })
})

describe('delays', () => {
  /** The duration of a call in the journal, in milliseconds. */
  const durationOf = async (emulator: Emulator) => {
    await describeCode(emulator)
    return (await emulator.journal.find()).at(-1)?.durationMs ?? 0
  }

  test('come before the answer, add up, and may precede an error', async () => {
    const emulator = await start()
    await emulator.faults.add({ delay: 30 })
    await emulator.faults.add({ delay: [20, 25], error })
    expect(await durationOf(emulator)).toBeGreaterThanOrEqual(49)
    expect(await emulator.journal.find()).toMatchObject([{ code: error, faults: ['fault-1', 'fault-2'] }])
  })

  test('--latency delays every answer', async () => {
    const emulator = await start({ latency: [30, 40] })
    expect(await durationOf(emulator)).toBeGreaterThanOrEqual(29)
    expect(await emulator.faults.list()).toMatchObject([{ id: 'latency', delay: [30, 40], hits: 1 }])
  })

  test('a range with a seed gives the same delays each time, including its ends', () => {
    const delays = () => {
      const rule: FaultRule = { delay: [1, 3], seed: 'x' }
      const faults = createFaults({ system: createSystem(), builtIn: [rule], accountOf: (name) => name })
      const meet = () => faults.match(anyCall, anyAction)
      return Array.from({ length: 50 }, () => meet()?.delay)
    }
    expect(delays()).toStrictEqual(delays())
    expect(new Set(delays())).toStrictEqual(new Set([1, 2, 3]))
  })

  test('add up to ten minutes at most', () => {
    const builtIn = Array.from({ length: 1000 }, (): FaultRule => ({ delay: maxDelayMs }))
    const faults = createFaults({ system: createSystem(), builtIn, accountOf: (name) => name })
    expect(faults.match(anyCall, anyAction)).toMatchObject({ delay: maxDelayMs, rules: { length: 1000 } })
  })

  test('end when the emulator closes', async () => {
    const emulator = await start()
    await emulator.faults.add({ delay: 600_000 })
    const waiting = describeCode(emulator)
    while ((await emulator.faults.list())[0]?.hits === 0) await new Promise(setImmediate)
    await emulator.close()
    expect(await waiting).toBe('InternalServerError')
  })
})

test('of two rules for the next call, the second applies to the call after it', async () => {
  const emulator = await start()
  await emulator.faults.add({ error, next: 1 })
  await emulator.faults.add({ error: 'InvalidFilter', next: 1 })
  expect(await codes(emulator, 3)).toStrictEqual([error, 'InvalidFilter', 'Success'])
})

test('an unreadable call, or one of no action, only matches rules that delay every answer', async () => {
  const emulator = await start({ latency: [20, 20], auth: 'strict' })
  await emulator.faults.add({ error })
  await call(emulator, 'Nothing')
  await fetch(`${emulator.url}/v2/index.php?x`)
  const took = await emulator.journal.find()
  expect(took.map(({ code }) => code)).toStrictEqual(['MissingParameter', 'InvalidParameter'])
  for (const { durationMs } of took) expect(durationMs).toBeGreaterThanOrEqual(19)
})

test('a connection is also dropped while the answer to an earlier request is pending', async () => {
  const emulator = await start()
  await emulator.faults.add({ drop: 'before', action: 'DescribeKeyPairs' })
  const one = (Action: string, more: Sent = {}) =>
    `GET ${target({ Action, Version: '2017-03-12', ...more })} HTTP/1.1\r\nHost: x\r\n\r\n`
  const bytes = one('DescribeInstances', { EmulatorDelay: '30' }) + one('DescribeKeyPairs')
  const answer = await sendRaw(emulator.port, bytes)
  expect(answer.body.split('HTTP/1.1')).toHaveLength(1)
})
