import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createJournal, type JournalEntry } from '../../src/journal.js'
import { call, createCode, createParams, get, post, target } from '../support/api.js'
import { control, controls, ways } from '../support/controls.js'
import { start } from '../support/emulator.js'
import { multipart } from '../support/multipart.js'
import { sendRaw } from '../support/raw.js'
import { credential, sign } from '../support/sign.js'

describe.each(ways)('%s the journal', (way) => {
  test('tells of each request what it was and what became of it', async () => {
    const emulator = await start({ clock: '2017-03-12T08:00:00Z', fixtures: { credentials: [credential] } })
    const { journal } = controls(emulator, way)
    const { Response } = await post(emulator, createParams({ Region: 'ap-guangzhou' }))
    await get(emulator, sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' }))
    await get(emulator, { ...sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' }), Signature: 'wrong' })
    await sendRaw(emulator.port, 'no request\r\n\r\n')
    const entries = await journal()
    expect(entries).toMatchObject([
      {
        sequence: 1,
        time: '2017-03-12T08:00:00.000Z',
        requestId: Response.RequestId,
        account: 'default',
        action: 'CreateKeyPair',
        region: 'ap-guangzhou',
        parameters: { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName: 'Tencent', ProjectId: '0' },
        signature: 'unchecked',
        code: 'Success',
        durationMs: expect.any(Number),
        faults: [],
      },
      { sequence: 2, account: credential.secretId, signature: 'valid', code: 'Success' },
      { sequence: 3, signature: 'refused', code: 'InvalidParameter.SignatureFailure' },
      { sequence: 4, parameters: {}, signature: 'unchecked', code: 'InvalidParameter' },
    ])
  })

  test('is asked by account, action, code, time and place, and counts', async () => {
    const emulator = await start({ clock: '2017-03-12T08:00:00Z' })
    const { journal, count, advance } = controls(emulator, way)
    await createCode(emulator, { SecretId: 'one' })
    await advance(1000)
    await createCode(emulator, { SecretId: 'one' })
    await call(emulator, 'DescribeKeyPairs', { SecretId: 'two' })
    const since = new Date('2017-03-12T08:00:01Z')
    const counts = [
      {},
      { account: 'one' },
      { action: 'DescribeKeyPairs' },
      { code: 'Success' },
      { account: 'one', code: 'InvalidKeyPairName.Duplicate' },
      { since },
      { until: since },
      { after: 2 },
      { account: 'three' },
    ]
    expect(await Promise.all(counts.map((query) => count(query)))).toStrictEqual([3, 2, 1, 2, 1, 2, 1, 1, 0])
    const found = await journal({ limit: 2 })
    expect(found.map(({ sequence }: JournalEntry) => sequence)).toStrictEqual([2, 3])
    expect(await journal({ limit: 0 })).toStrictEqual([])
  })

  test('is waited for: what was there counts, what comes is enough, and the time is limited', async () => {
    const emulator = await start()
    const { waitFor } = controls(emulator, way)
    const query = { action: 'CreateKeyPair', code: 'Success' }
    const waiting = waitFor(query, { count: 2 })
    await createCode(emulator, { KeyName: 'a' })
    await call(emulator, 'DescribeKeyPairs')
    await createCode(emulator, { KeyName: 'b' })
    expect((await waiting).map(({ parameters }: JournalEntry) => parameters.KeyName)).toStrictEqual(['a', 'b'])
    expect(await waitFor(query)).toHaveLength(2)
    expect(await waitFor(query, { count: 3, timeout: 1 })).toHaveLength(2)
  })
})

describe('no secret is in the journal', () => {
  const secrets = ['c2lnbmF0dXJl', 'a-token', 'a-key-to-sign-with', '-----BEGIN RSA PRIVATE KEY-----']
  const [Signature = '', Token = '', SecretKey = '', PublicKey = ''] = secrets
  const params = createParams({ Action: 'ImportKeyPair', Signature, Token, secretKey: SecretKey, PublicKey })

  test.each([
    ['GET', (url: string) => get({ url }, params)],
    ['POST', (url: string) => post({ url }, params)],
    [
      'JSON',
      (url: string) =>
        fetch(`${url}/v2/index.php`, { method: 'POST', body: JSON.stringify({ ...params, Signature: undefined }) }),
    ],
    ['multipart', (url: string) => fetch(`${url}/v2/index.php`, { method: 'POST', body: multipart(params) })],
  ])('after a %s', async (_way, send) => {
    const emulator = await start()
    await send(emulator.url)
    const created = await get(emulator, createParams())
    const text = JSON.stringify((await control(emulator.url, 'GET', '/journal')).body)
    expect(text).toContain('[redacted]')
    const lines = created.Response.KeyPair?.PrivateKey.split('\n').slice(1, -2) ?? []
    expect(lines.length).toBeGreaterThan(5)
    expect([...secrets, ...lines].filter((secret) => text.includes(secret))).toStrictEqual([])
  })
})

test('long values and floods of parameters are cut', async () => {
  const emulator = await start()
  const flood = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, 'x'.repeat(1000)]))
  await post(emulator, { ...createParams(), ...flood, __proto__x: 'y' })
  const [entry] = emulator.journal.find()
  expect(Object.keys(entry?.parameters ?? {})).toHaveLength(100)
  expect(entry?.parameters.p0).toHaveLength(257)
})

test('what a listener throws is its own affair, and other listeners hear too', () => {
  const microtask = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  onTestFinished(() => microtask.mockRestore())
  const journal = createJournal(1)
  const heard: number[] = []
  journal.listen({}, () => {
    throw new Error('an assertion')
  })
  journal.listen({}, ({ sequence }) => heard.push(sequence))
  journal.add(entry('a'))
  expect(heard).toStrictEqual([1])
  expect(() => microtask.mock.calls[0]?.[0]()).toThrow('an assertion')
})

test('secrets are struck out wherever they stand, and long actions and regions cut', async () => {
  const secretKey = 'a-secret-key-of-some-length'
  const emulator = await start({ auth: 'off', fixtures: { credentials: [{ secretId: 'AKIDa', secretKey }] } })
  const der = `MII${'A'.repeat(80)}`
  const body = {
    Action: 'x'.repeat(5000),
    Region: 'y'.repeat(5000),
    Credential: { SecretKey: 'nested-secret', Token: 'nested-token' },
    PublicKey: der,
  }
  await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', body: JSON.stringify(body) })
  await fetch(`${emulator.url}/v2/index.php`, {
    method: 'POST',
    body: '-----BEGIN RSA PRIVATE KEY-----%0Asecret-line=1',
  })
  await call(emulator, 'DescribeKeyPairs', { SecretId: secretKey })
  await call(emulator, 'DescribeKeyPairs', { [secretKey]: 'x', Note: `it is ${secretKey}`, Region: secretKey })
  await call(emulator, secretKey)
  const more = {
    'Token.0': 'listed-token',
    'X-TC-Token': 'header-token',
    SecurityToken: 'sts-token',
    PrivateKey: 'private-text',
  }
  await call(emulator, 'DescribeKeyPairs', more)
  const text = JSON.stringify(emulator.journal.find())
  const secrets = ['nested-secret', 'nested-token', der, 'secret-line', secretKey, ...Object.values(more)]
  expect(secrets.filter((secret) => text.includes(secret))).toStrictEqual([])
  const [first] = emulator.journal.find()
  expect([first?.action?.length, first?.region?.length]).toStrictEqual([257, 257])
})

test('a name that is no name elsewhere, sent twice, is one here', async () => {
  const emulator = await start()
  const response = await fetch(`${emulator.url}${target(createParams())}&__proto__=a&__proto__=b`)
  expect(await response.text()).toContain('PRIVATE KEY')
  expect(JSON.stringify(emulator.journal.find())).toContain('"__proto__":"b"')
})

test('a wait of the object ends with the emulator', async () => {
  const emulator = await start()
  const waiting = emulator.journal.waitFor({}, { timeout: 600_000 })
  await emulator.close()
  expect(await waiting).toStrictEqual([])
})

test('an action is found whatever the case of its first letter', async () => {
  const emulator = await start()
  await call(emulator, 'describeKeyPairs')
  expect([
    emulator.journal.count({ action: 'DescribeKeyPairs' }),
    emulator.journal.count({ action: 'describeKeyPairs' }),
  ]).toStrictEqual([1, 1])
})

const entry = (account: string) => ({
  time: new Date(0),
  requestId: 'r',
  account,
  parameters: {},
  signature: 'unchecked' as const,
  code: 'Success',
  durationMs: 0,
  faults: [],
})

test('of more requests than it has room for the last ones are kept, and with no room none', () => {
  const journal = createJournal(3)
  for (let i = 0; i < 100; i++) journal.add(entry(`${i}`))
  expect(journal.find().map(({ sequence }) => sequence)).toStrictEqual([98, 99, 100])
  const none = createJournal(0)
  const heard: number[] = []
  none.listen({}, ({ sequence }) => heard.push(sequence))
  none.add(entry('a'))
  expect([none.find(), heard]).toStrictEqual([[], [1]])
})

test('--journal-size says how many', async () => {
  const emulator = await start({ journalSize: 2 })
  for (let i = 0; i < 3; i++) await call(emulator, 'DescribeKeyPairs')
  expect(emulator.journal.find().map(({ sequence }) => sequence)).toStrictEqual([2, 3])
})

/** The events of a stream as they come. */
async function openStream(url: string, query = '') {
  const ended = new AbortController()
  const response = await fetch(`${url}/_emulator/journal/stream${query}`, { signal: ended.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    response,
    close: () => ended.abort(),
    /** All that has come once it holds this. */
    async until(wanted: string) {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read()
        if (done) return `${text}[end]`
        text += decoder.decode(value, { stream: true })
      }
      return text
    },
  }
}

describe('the live stream', () => {
  test('sends each new entry that matches as an event, after those that were missed', async () => {
    const emulator = await start()
    await createCode(emulator, { KeyName: 'before' })
    const all = await openStream(emulator.url, '?after=0')
    const creates = await openStream(emulator.url, '?action=CreateKeyPair')
    await call(emulator, 'DescribeKeyPairs')
    await createCode(emulator, { KeyName: 'later' })
    expect(all.response.headers.get('content-type')).toBe('text/event-stream')
    const ids = [...(await all.until('"later"')).matchAll(/^id: (\d+)\nevent: entry\ndata: \{"sequence":\1,/gm)]
    expect(ids.map(([, id]) => id)).toStrictEqual(['1', '2', '3'])
    const only = await creates.until('"later"')
    expect([only.includes('"before"'), only.includes('DescribeKeyPairs')]).toStrictEqual([false, false])
    all.close()
    creates.close()
  })

  test('does not break answers that come while the emulator ends', async () => {
    const emulator = await start()
    const stream = await openStream(emulator.url)
    const waiting = Array.from({ length: 4 }, () => call(emulator, 'DescribeKeyPairs', { EmulatorDelay: '60000' }))
    await new Promise((resolve) => setTimeout(resolve, 0))
    while (emulator.keys.level < 4) await new Promise(setImmediate)
    await emulator.close()
    for (const answer of await Promise.allSettled(waiting)) {
      if (answer.status === 'fulfilled') expect(answer.value.Response.Error.Code).toBe('InternalServerError')
    }
    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })

  test('ends with the emulator', async () => {
    const emulator = await start()
    const stream = await openStream(emulator.url)
    await emulator.close()
    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })

  test('a reader who does not read misses some and is told so; the API goes on', async () => {
    const emulator = await start()
    const slow = await openStream(emulator.url)
    const KeyName = 'x'.repeat(250)
    const more = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`p${index}`, KeyName]))
    // Some 25 KB an event: past what sockets and the limit hold
    for (let i = 0; i < 600; i++) await post(emulator, { ...createParams({ KeyName }), ...more })
    expect(emulator.journal.count()).toBe(600)
    const reading = slow.until('event: missed')
    let last: Promise<unknown> = Promise.resolve()
    const poke = setInterval(() => {
      last = call(emulator, 'DescribeKeyPairs')
    }, 20)
    expect(await reading).toMatch(/event: missed\ndata: \{"count":\d+\}/)
    clearInterval(poke)
    await last
    slow.close()
  })
})

test.each([
  ['/journal?since=yesterday', 'querystring/since must match format "iso-time"'],
  ['/journal?limit=-1', 'querystring/limit must be >= 0'],
  ['/journal?who=me', 'querystring may not have `who`'],
  ['/journal/wait?timeout=600001', 'querystring/timeout must be <= 600000'],
  ['/journal/stream?after=x', 'querystring/after must be integer'],
])('GET %s is refused', async (path, message) => {
  const { url } = await start()
  expect(await control(url, 'GET', path)).toMatchObject({ status: 400, body: { error: { message } } })
})

test('a long poll ends with the emulator, and when nobody waits any more', async () => {
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
