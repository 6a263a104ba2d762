import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect, type Emulator } from '../../src/emulator.ts'
import { seededBytes } from '../../src/system/system.ts'
import { type AnyAnswer, target } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { openStream, readEvents } from '../support/event-stream.ts'

/** Makes so many requests to the API, on one connection. */
async function request({ port }: Emulator, count: number) {
  const one = (more = '') => `GET ${target({ Action: 'DescribeRegions' })} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  const socket = connectTo(port, '127.0.0.1')
  socket.end(one().repeat(count - 1) + one('Connection: close\r\n'))
  await once(socket.resume(), 'close')
}

const sequences = (text: string) =>
  readEvents(text).flatMap(({ name, data }) => (name === 'message' ? [data.sequence as number] : []))
const missed = (text: string) => readEvents(text).filter(({ name }) => name === 'missed')

describe('a client that comes back with the id of its last event', () => {
  test('gets every later entry once, with `after` in the URL, too', async () => {
    const emulator = await start()
    await request(emulator, 3)
    const first = await openStream(emulator.url, { query: '?after=0' })
    const [, { id = '' } = {}] = readEvents(await first.until('-3\n'))
    first.close()
    await request(emulator, 2)
    const again = await openStream(emulator.url, { query: '?after=0', headers: { 'last-event-id': id } })
    await request(emulator, 1)
    const text = await again.until('"sequence":6')
    expect(text).toMatch(/^: the journal\nretry: 1000\n\n/)
    expect([sequences(`${text}\n\n`), missed(text)]).toStrictEqual([[3, 4, 5, 6], []])
    again.close()
  })

  test('gets what came before its first event, because the stream begins with an id', async () => {
    const emulator = await start()
    await request(emulator, 2)
    const first = await openStream(emulator.url)
    const [, id = ''] = /^id: (.*)$/m.exec(await first.until('retry: 1000\n')) ?? []
    first.close()
    await request(emulator, 2)
    const again = await openStream(emulator.url, { headers: { 'last-event-id': id } })
    expect(sequences(`${await again.until('"sequence":4')}\n\n`)).toStrictEqual([3, 4])
    again.close()
  })

  test('is told how many entries the journal no longer has', async () => {
    const emulator = await start({ journalSize: 4 })
    await request(emulator, 1)
    const { boot } = (await control(emulator.url, 'GET', '/journal')).body
    await request(emulator, 9)
    const from = async (headers: Record<string, string>, query = '') => {
      const stream = await openStream(emulator.url, { query, headers })
      const text = `${await stream.until('"sequence":10')}\n\n`
      stream.close()
      return [missed(text), sequences(text)]
    }
    const name = 'missed'
    const gone = { name, id: `${boot}-6`, data: { count: 5 } }
    expect(await from({ 'last-event-id': `${boot}-1` })).toStrictEqual([[gone], [7, 8, 9, 10]])
    expect(await from({}, '?after=1')).toStrictEqual([[gone], [7, 8, 9, 10]])
    expect(await from({ 'last-event-id': `${boot}-6` })).toStrictEqual([[], [7, 8, 9, 10]])
    // How many of them matched is not known
    const filtered = await from({ 'last-event-id': `${boot}-1` }, '?action=DescribeRegions')
    expect(filtered).toStrictEqual([[{ name, id: `${boot}-6`, data: {} }], [7, 8, 9, 10]])
  })

  test.each([
    ['of another emulator', () => 'aaaaaaaaaaaaaaaa-1'],
    ['that has no boot', () => '1'],
    ['that is no id', () => 'x y'],
    ['of a later request than the last one', (boot: string) => `${boot}-3`],
  ])('gets all entries after an id %s', async (_what, idOf) => {
    const emulator = await start()
    await request(emulator, 2)
    const { boot } = (await control(emulator.url, 'GET', '/journal')).body
    const stream = await openStream(emulator.url, { headers: { 'last-event-id': idOf(boot) } })
    const text = `${await stream.until('"sequence":2')}\n\n`
    expect(missed(text)).toStrictEqual([{ name: 'missed', id: `${boot}-0`, data: { restarted: true } }])
    expect(sequences(text)).toStrictEqual([1, 2])
    stream.close()
  })

  test('may be one that can send headers only with the control token', async () => {
    const emulator = await start({ controlToken: 'secret-token' })
    await request(emulator, 2)
    const authorization = 'Bearer secret-token'
    const answer = await fetch(`${emulator.url}/_emulator/journal`, { headers: { authorization } })
    const { boot } = (await answer.json()) as AnyAnswer
    const headers = { authorization, 'last-event-id': `${boot}-1` }
    const stream = await openStream(emulator.url, { headers })
    expect(sequences(`${await stream.until('"sequence":2')}\n\n`)).toStrictEqual([2])
    stream.close()
    const refused = await openStream(emulator.url, { headers: { 'last-event-id': `${boot}-1` } })
    expect(refused.response.status).toBe(401)
  })
})

test.each([{}, { keySource: 'seeded', seed: 'any text' }] as const)(
  'each start has a boot of its own with the options %j',
  async (options) => {
    const bootOf = async () => (await control((await start(options)).url, 'GET', '/journal')).body.boot
    expect(await bootOf()).not.toBe(await bootOf())
  },
)

test('a silent stream sends a comment every 15 seconds until the client leaves', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const emulator = await start()
  const before = vi.getTimerCount()
  const stream = await openStream(emulator.url)
  await stream.until('retry')
  vi.advanceTimersByTime(14_999)
  expect(vi.getTimerCount()).toBe(before + 1)
  const silent = await stream.until('retry')
  expect(silent).not.toMatch(/^:$/m)
  vi.advanceTimersByTime(1)
  await stream.until('\n:\n\n')
  stream.close()
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(before), { interval: 1 })
})

interface Interruptions {
  readonly last: number
  /** The number of requests to wait for before it comes back. */
  readonly pause?: number
}

/**
 * Reads the stream until it has heard of request `last`, and hangs up again and again at random. Each time it comes back
 * with the id of the last event that it has read completely. Returns the sequences, and the numbers of missed entries.
 */
async function readWithInterruptions({ url, journal }: Emulator, seed: string, { last, pause = 0 }: Interruptions) {
  const random = seededBytes(seed, ['interruptions'])
  const heard: number[] = []
  let gaps = 0
  let id: string | undefined
  while (heard.at(-1) !== last) {
    const ended = new AbortController()
    const headers = id === undefined ? {} : { 'last-event-id': id }
    const response = await fetch(`${url}/_emulator/journal/stream?after=0`, { signal: ended.signal, headers })
    let left = 50 + random(2).readUInt16BE()
    let text = ''
    try {
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        text += Buffer.from(chunk.subarray(0, left)).toString('latin1')
        left -= chunk.length
        if (left <= 0 || text.includes(`"sequence":${last},`)) break
      }
    } catch {
      // Hung up
    }
    ended.abort()
    for (const event of readEvents(text.slice(0, text.lastIndexOf('\n\n') + 2))) {
      if (event.name === 'missed') gaps += event.data.count
      else heard.push(event.data.sequence)
      id = event.id
    }
    const after = heard.at(-1) ?? 0
    if (pause > 0 && after + pause < last) await journal.waitFor({ after }, { count: pause })
  }
  return { heard, gaps }
}

describe('readers that are killed and restarted during 10,000 requests', { timeout: 60_000 }, () => {
  const seeds = ['one', 'two', 'three']

  test('lose nothing that the journal still has', async () => {
    const emulator = await start({ journalSize: 10_000 })
    const readers = seeds.map((seed) => readWithInterruptions(emulator, seed, { last: 10_000 }))
    await request(emulator, 10_000)
    for (const { heard, gaps } of await Promise.all(readers)) {
      expect(gaps).toBe(0)
      expect(heard).toStrictEqual(Array.from({ length: 10_000 }, (_, index) => index + 1))
    }
  })

  test('are told of everything that the journal no longer has', async () => {
    const emulator = await start({ journalSize: 20 })
    const readers = seeds.map((seed) => readWithInterruptions(emulator, seed, { last: 10_000, pause: 30 }))
    await request(emulator, 10_000)
    for (const { heard, gaps } of await Promise.all(readers)) {
      expect(gaps).toBeGreaterThan(0)
      expect(new Set(heard).size).toBe(heard.length)
      expect(heard).toStrictEqual([...heard].sort((a, b) => a - b))
      expect(heard.length + gaps).toBe(10_000)
    }
  })
})

test.each([{}, { keySource: 'seeded', seed: 'any text' }] as const)(
  'what listens through `connect` goes on after a restart of an emulator with the options %j',
  async (options) => {
    const before = await start(options)
    await request(before, 5)
    const connected = await connect(before.url)
    const heard: number[] = []
    await connected.journal.listen({}, ({ sequence }) => heard.push(sequence))
    await request(before, 1)
    await vi.waitFor(() => expect(heard).toStrictEqual([6]))
    await before.close()
    const emulator = await start({ ...options, port: before.port })
    await request(emulator, 2)
    await vi.waitFor(() => expect(heard).toStrictEqual([6, 1, 2]))
    await connected.close()
  },
)
