import { describe, expect, test } from 'vitest'
import { call, createCode, createParams, post } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { openStream } from '../support/event-stream.ts'
import { runAsync } from '../support/tools.ts'

test('waitFor ends when the emulator closes', async () => {
  const emulator = await start()
  const waiting = emulator.journal.waitFor({}, { timeout: 600_000 })
  const ended = expect(waiting).rejects.toThrow('The emulator is shutting down.')
  await emulator.close()
  await ended
})

test.each([2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'waitFor with a timeout of %d waits longer than any timer',
  async (timeout) => {
    const emulator = await start()
    const { waitFor } = emulator.journal
    const long = waitFor({}, { timeout }).then(() => 'long')
    // A timer of more than 2^31 milliseconds expires after one
    const short = waitFor({}, { timeout: 50 }).catch(() => 'short')
    expect(await Promise.race([long, short])).toBe('short')
    await createCode(emulator)
    expect(await long).toBe('long')
  },
)

test.each([-1, Number.NaN])('waitFor with a timeout of %d is refused', async (timeout) => {
  const emulator = await start()
  await expect(emulator.journal.waitFor({}, { timeout })).rejects.toThrow(
    `The timeout must be a number of milliseconds from 0, not ${timeout}.`,
  )
})

describe('the live stream', () => {
  test('sends each new entry that matches as an event, after the earlier ones', async () => {
    const emulator = await start()
    await createCode(emulator, { KeyName: 'before' })
    const all = await openStream(emulator.url, { query: '?after=0' })
    const creates = await openStream(emulator.url, { query: '?action=CreateKeyPair' })
    await call(emulator, 'DescribeKeyPairs')
    await createCode(emulator, { KeyName: 'later' })
    expect(all.response.headers.get('content-type')).toBe('text/event-stream')
    const ids = [...(await all.until('"later"')).matchAll(/^id: \w+-(\d+)\ndata: \{"sequence":\1,/gm)]
    expect(ids.map(([, id]) => id)).toStrictEqual(['1', '2', '3'])
    const only = await creates.until('"later"')
    expect([only.includes('"before"'), only.includes('DescribeKeyPairs')]).toStrictEqual([false, false])
    all.close()
    creates.close()
  })

  test('gives its entries to the onmessage of an EventSource', async () => {
    const emulator = await start()
    await createCode(emulator, { KeyName: 'before' })
    const script = `
      const source = new EventSource('${emulator.url}/_emulator/journal/stream?after=0')
      source.onmessage = ({ lastEventId, data }) => {
        console.log(lastEventId, JSON.parse(data).parameters.KeyName)
        source.close()
      }`
    const read = await runAsync(process.execPath, ['--no-warnings', '--experimental-eventsource', '-e', script], '.')
    expect(read).toStrictEqual({ status: 0, output: expect.stringMatching(/^[0-9a-f]{16}-1 before\n$/) })
  })

  test('does not break responses that are sent while the emulator closes', async () => {
    const emulator = await start({ poolSize: 4 })
    const stream = await openStream(emulator.url)
    const waiting = Array.from({ length: 4 }, () => call(emulator, 'DescribeKeyPairs', { EmulatorDelay: '60000' }))
    await new Promise((resolve) => setTimeout(resolve, 0))
    while ((await emulator.keys.level()) < 4) await new Promise(setImmediate)
    await emulator.close()
    for (const answer of await Promise.allSettled(waiting)) {
      if (answer.status === 'fulfilled') expect(answer.value.Response.Error.Code).toBe('InternalServerError')
    }
    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })

  test('ends when the emulator closes', async () => {
    const emulator = await start()
    const stream = await openStream(emulator.url)
    await emulator.close()
    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })

  test('a client that does not read misses entries and receives their number; the API goes on', async () => {
    const emulator = await start({ journalSize: 300 })
    const slow = await openStream(emulator.url)
    const KeyName = 'x'.repeat(250)
    const more = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`p${index}`, KeyName]))
    // About 25 KB per event: more than the sockets and the limit can hold
    for (let i = 0; i < 600; i++) await post(emulator, { ...createParams({ KeyName }), ...more })
    expect(await emulator.journal.count()).toBe(300)
    const text = await slow.until('-600\n')
    const [, count] = /event: missed\nid: \w+-\d+\ndata: \{"count":(\d+)\}/.exec(text) ?? []
    expect(Number(count) + [...text.matchAll(/^data: \{"sequence"/gm)].length).toBe(600)
    slow.close()
  })
})

test('a long poll ends when the emulator closes or the client hangs up', async () => {
  const emulator = await start()
  const waiting = control(emulator.url, 'GET', '/journal/wait?timeout=600000')
  const gone = new AbortController()
  const hungUp = fetch(`${emulator.url}/_emulator/journal/wait?timeout=600000`, { signal: gone.signal })
  await new Promise(setImmediate)
  gone.abort()
  await expect(hungUp).rejects.toThrow()
  await emulator.close()
  const answer = await waiting.catch(() => undefined)
  expect(answer?.body ?? { reached: false }).toMatchObject({ reached: false })
})
