import { expect, onTestFinished, test, vi } from 'vitest'
import { control } from '../support/controls.ts'
import { start, startWithParts } from '../support/emulator.ts'
import { fastKeys } from '../support/fast-keys.ts'

test('ready with `keys` makes keys and waits until so many are ready', async () => {
  const emulator = await start()
  const ready = { ready: true, keys: expect.any(Number) }
  const answer = await control(emulator.url, 'GET', '/ready?keys=6&probe=1')
  expect(answer).toStrictEqual({ status: 200, body: ready })
  expect(answer.body.keys).toBeGreaterThanOrEqual(6)
  expect(await emulator.keys.level()).toBe(answer.body.keys)
})

test('ready with `keys` says at the time-out how many are ready', async () => {
  const { url } = await start()
  const { status, body } = await control(url, 'GET', '/ready?keys=10000&timeout=1')
  expect(status).toBe(503)
  expect(body).toStrictEqual({
    ready: false,
    reason: `Within 1 ms, ${body.keys} of 10000 keys were ready.`,
    keys: expect.any(Number),
  })
})

test.each([
  ['keys=10001', 'query/keys is 10001; it must be an integer from 0 to 10000.'],
  ['keys=x', 'query/keys is "x"; it must be an integer from 0 to 10000.'],
  ['keys=1&keys=2', 'query/keys is ["1","2"]; it must be an integer from 0 to 10000.'],
  ['keys=1&timeout=600001', 'query/timeout is 600001; it must be an integer from 0 to 600000.'],
])('ready?%s is refused', async (query, message) => {
  const { url } = await start()
  const body = { error: { code: 'BadRequest', message } }
  expect(await control(url, 'GET', `/ready?${query}`)).toStrictEqual({ status: 400, body })
})

test('ready with `keys` needs the control token, and ready with other parameters does not', async () => {
  const { url } = await start({ controlToken: 'secret-token' })
  expect((await control(url, 'GET', '/ready?keys=0')).status).toBe(401)
  expect(await control(url, 'GET', '/ready?timeout=x')).toStrictEqual({ status: 200, body: { ready: true } })
})

test('ready with `keys` ends when the client leaves or the emulator closes, and begins no more keys', async () => {
  const made = Promise.withResolvers<void>()
  const prefill = vi.fn(() => made.promise)
  const emulator = await startWithParts({ keys: { ...fastKeys(), prefill } })
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const clearTimer = vi.spyOn(globalThis, 'clearTimeout')
  onTestFinished(() => void vi.restoreAllMocks())
  const gone = new AbortController()
  const path = '/ready?keys=100&timeout=599999'
  const left = fetch(`${emulator.url}/_emulator${path}`, { signal: gone.signal }).catch(() => 'gone')
  await vi.waitFor(() => expect(prefill).toHaveBeenCalledOnce())
  const timer = setTimer.mock.results[setTimer.mock.calls.findIndex(([, ms]) => ms === 599_999)]?.value
  gone.abort()
  await vi.waitFor(() => expect(clearTimer).toHaveBeenCalledWith(timer))
  expect(await left).toBe('gone')

  const waiting = control(emulator.url, 'GET', path)
  await vi.waitFor(() => expect(prefill).toHaveBeenCalledTimes(2))
  const closed = emulator.close()
  const reason = 'The emulator is shutting down.'
  expect(await waiting).toStrictEqual({ status: 503, body: { ready: false, reason, keys: 0 } })
  await closed
  made.resolve()
  await made.promise
  expect(prefill).toHaveBeenCalledTimes(2)
})
