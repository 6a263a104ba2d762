import { getEventListeners } from 'node:events'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { createJournal } from '../../src/journal/journal.ts'
import { call, createCode, createParams, get, post } from '../support/api.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

describe.each(ways)('%s the journal', (way) => {
  test('records each request and its result', async () => {
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
        method: 'POST',
        path: '/v2/index.php',
        apiVersion: '2017-03-12',
        client: 'node',
        account: 'default',
        action: 'CreateKeyPair',
        region: 'ap-guangzhou',
        parameters: { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName: 'Tencent', ProjectId: '0' },
        signature: 'unchecked',
        code: 'Success',
        status: 200,
        durationMs: expect.any(Number),
        faults: [],
      },
      { sequence: 2, account: credential.secretId, signature: 'valid', code: 'Success' },
      {
        sequence: 3,
        method: 'GET',
        signature: 'refused',
        code: 'InvalidParameter.SignatureFailure',
        message: expect.stringContaining('`Signature` does not match.'),
        status: 200,
        diagnosis: { cause: 'unknown', expected: expect.stringMatching(/^GET127/) },
      },
      {
        sequence: 4,
        apiVersion: '2017-03-12',
        parameters: {},
        signature: 'unchecked',
        code: 'InvalidParameter',
        message: expect.stringContaining('not valid HTTP/1.1'),
        status: 400,
      },
    ])
  })

  test('is filtered by account, action, code, time and sequence', async () => {
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

  test('can be waited for: earlier entries count, later ones end the wait, and so does the timeout', async () => {
    const emulator = await start()
    const { waitFor } = controls(emulator, way)
    const query = { action: 'CreateKeyPair', code: 'Success' }
    const waiting = waitFor(query, { count: 2 })
    await createCode(emulator, { KeyName: 'a' })
    await call(emulator, 'DescribeKeyPairs')
    await createCode(emulator, { KeyName: 'b' })
    expect((await waiting).map(({ parameters }: JournalEntry) => parameters.KeyName)).toStrictEqual(['a', 'b'])
    expect(await waitFor(query)).toHaveLength(2)
    await expect(waitFor(query, { count: 3, timeout: 1 })).rejects.toThrow(
      'Within 1 ms, 2 of 3 requests came that match {"action":"CreateKeyPair","code":"Success"}.',
    )
  })
})

test('a wait that has ended leaves neither timer nor listener', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const journal = createJournal(2)
  const { signal } = new AbortController()
  const waiting = journal.waitFor({}, { signal })
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toStrictEqual([1, 1])
  journal.add(entry('a'))
  const found = await waiting
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toStrictEqual([0, 0])
  journal.add(entry('b'))
  expect(found).toHaveLength(1)
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

test('an action is found whatever the case of its first letter', async () => {
  const emulator = await start()
  await call(emulator, 'describeKeyPairs')
  expect([
    await emulator.journal.count({ action: 'DescribeKeyPairs' }),
    await emulator.journal.count({ action: 'describeKeyPairs' }),
  ]).toStrictEqual([1, 1])
})

const entry = (account: string) => ({
  time: new Date(0),
  requestId: 'r',
  account,
  apiVersion: '2017-03-12' as const,
  parameters: {},
  signature: 'unchecked' as const,
  code: 'Success',
  durationMs: 0,
  faults: [],
})

test('the journal keeps the last requests up to its size, and none with size 0', () => {
  const journal = createJournal(3)
  for (let i = 0; i < 100; i++) journal.add(entry(`${i}`))
  expect(journal.find().map(({ sequence }) => sequence)).toStrictEqual([98, 99, 100])
  const none = createJournal(0)
  const heard: number[] = []
  none.listen({}, ({ sequence }) => heard.push(sequence))
  none.add(entry('a'))
  expect([none.find(), heard]).toStrictEqual([[], [1]])
})

test('--journal-size sets the number of requests', async () => {
  const emulator = await start({ journalSize: 2 })
  for (let i = 0; i < 3; i++) await call(emulator, 'DescribeKeyPairs')
  expect((await emulator.journal.find()).map(({ sequence }) => sequence)).toStrictEqual([2, 3])
})

test.each([
  ['/journal?since=yesterday', 'query/since is "yesterday"; it must be a time such as 2017-03-12T08:00:00Z.'],
  ['/journal?limit=-1', 'query/limit is -1; it must be an integer from 0 to 1000000.'],
  [
    '/journal?acton=CreateKeyPair',
    'query has an unknown parameter `acton` (did you mean action?); valid parameters: account, action, code, since, until, after, limit.',
  ],
  ['/journal/wait?timeout=600001', 'query/timeout is 600001; it must be an integer from 0 to 600000.'],
  ['/journal/stream?after=x', `query/after is "x"; it must be an integer from 0 to ${2 ** 53 - 1}.`],
])('GET %s is rejected', async (path, message) => {
  const { url } = await start()
  expect(await control(url, 'GET', path)).toMatchObject({ status: 400, body: { error: { message } } })
})
