import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { checkInThread } from '../../src/state/document-thread.ts'
import { createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { answeredDuring, largeState, put } from '../support/large-state.ts'

const accounts = 2000
const largeText = (count: number) => JSON.stringify(largeState(count))
const text = largeText(accounts)

describe('others are served while', () => {
  test.each([{}, { data: true }])(
    'a large state is loaded and sent, with %o',
    { timeout: 120_000 },
    async (options) => {
      const emulator = await start('data' in options ? { data: temporaryFolder() } : {})
      // A turn of the event loop that took all of it would answer one or two
      const loaded = put(emulator.url, text)
      expect(await answeredDuring(emulator.url, loaded)).toBeGreaterThan(accounts / 100)
      expect([(await loaded).status, await (await loaded).text()]).toStrictEqual([200, '{"imported":true}'])

      const sent = fetch(`${emulator.url}/_emulator/state`).then((response) => response.text())
      expect(await answeredDuring(emulator.url, sent)).toBeGreaterThan(10)
      const exported = JSON.parse(await sent)
      expect(Object.keys(exported.accounts)).toHaveLength(accounts)
      expect(exported.accounts.account7).toMatchObject({ numbers: { comment: 7, creates: 7 } })
      expect(
        exported.accounts.account7.projects.map(({ projectId }: { projectId: number }) => projectId),
      ).toStrictEqual([8])
      // The same bytes again, although the emulator was used in between
      expect(await (await fetch(`${emulator.url}/_emulator/state`)).text()).toBe(await sent)
    },
  )

  test('one account gets very many instances', { timeout: 120_000 }, async () => {
    const emulator = await start()
    await put(emulator.url, largeText(1))
    const instances = Array.from({ length: 8_000 }, (_, n) => ({ instanceId: `ins-${String(n).padStart(8, '0')}` }))
    const document = JSON.stringify({ version: 1, projects: [0], accounts: { one: { instances, numbers: {} } } })
    expect(await answeredDuring(emulator.url, put(emulator.url, document))).toBeGreaterThan(instances.length / 200)
    expect(await emulator.instances.list('one')).toHaveLength(instances.length)
  })

  test('accounts are listed', { timeout: 120_000 }, async () => {
    const emulator = await start()
    await put(emulator.url, text)
    const listed = fetch(`${emulator.url}/_emulator/accounts?offset=${accounts - 10}&limit=20`).then((response) =>
      response.json(),
    )
    expect(await answeredDuring(emulator.url, listed)).toBeGreaterThan(1)
    const { total, accounts: page } = (await listed) as { total: number; accounts: { name: string }[] }
    expect([total, page.length, page[0]?.name]).toStrictEqual([accounts + 1, 11, 'account990'])
    // After all the others
    expect(page.at(-1)?.name).toBe('default')
  })
})

test('one account with very many key pairs is loaded and sent little by little', { timeout: 120_000 }, async () => {
  const keyPairs = Array.from({ length: 400 }, (_, n) => ({ keyName: `k${n}`, publicKey: publicKey(`k${n}`) }))
  const instances = Array.from({ length: 300 }, (_, n) => ({ instanceId: `ins-${String(n).padStart(8, '0')}` }))
  const document = {
    projects: [0],
    accounts: { one: { keyPairs, instances, numbers: { comment: 1 } }, two: { keyPairs } },
  }
  const [emulator, other] = [await start(), await start()]
  expect((await put(emulator.url, JSON.stringify({ ...document, instances, keyPairs }))).status).toBe(200)
  const exported = await (await fetch(`${emulator.url}/_emulator/state`)).text()
  const { one, two } = JSON.parse(exported).accounts
  expect([one.keyPairs.length, one.instances.length, two.keyPairs.length]).toStrictEqual([400, 300, 400])
  expect(one.keyPairs.map(({ keyName }: { keyName: string }) => keyName)).toStrictEqual(
    keyPairs.map((one) => one.keyName),
  )
  expect((await put(other.url, exported)).status).toBe(200)
  expect(await (await fetch(`${other.url}/_emulator/state`)).text()).toBe(exported)
})

test('portions of a large document are not kept once they are stored', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const config = { accounts: 'shared', controlToken: undefined, nameScope: 'project', projects: [0] } as const
  const context = { config: { ...config, keyPairLimit: 1, seed: undefined }, credentials: [], now: new Date() }
  const { signal } = new AbortController()
  const document = await checkInThread([Buffer.from(text)], context, async () => new Map(), signal)
  const portions: WeakRef<object>[] = []
  for await (const portion of document.portions) portions.push(new WeakRef(portion))
  await document.close()
  // A turn of its own, because a WeakRef that was just made keeps its object until the turn ends
  await new Promise((resolve) => setTimeout(resolve))
  collect()
  expect(portions.length).toBeGreaterThan(10)
  expect(portions.filter((portion) => portion.deref()).length).toBeLessThan(3)
})

describe('a large document', () => {
  const wrong = JSON.stringify({ ...largeState(accounts), limits: { keyPairs: -1 } })

  test.each([
    ['that is wrong', wrong, 'state: /limits/keyPairs must be an integer from 0 to 1000000 ('],
    ['that is no JSON', text.slice(0, -1), 'state: the text is not JSON: '],
    [
      'that contradicts itself',
      JSON.stringify({
        ...largeState(accounts),
        instances: [{ instanceId: 'ins-00000000', keyIds: ['skey-00000000'] }],
      }),
      'state: /instances/0/keyIds has `skey-00000000`, which is not a key pair of this account.',
    ],
    [
      'that is nested too deeply',
      '['.repeat(100_000),
      'state: the document is nested too deeply: the limit is 102 levels.',
    ],
  ])('%s is refused as a small one is, and changes nothing', { timeout: 60_000 }, async (_what, body, message) => {
    const emulator = await start()
    expect(await createCode(emulator, {})).toBe('Success')
    const before = JSON.stringify(await emulator.state.export())
    const response = await put(emulator.url, body)
    const { error } = (await response.json()) as { error: { message: string } }
    expect([response.status, error.message.slice(0, message.length)]).toStrictEqual([400, message])
    expect(JSON.stringify(await emulator.state.export())).toBe(before)
  })

  test('has the keys of its seeds made by the threads of the emulator', { timeout: 60_000 }, async () => {
    const [emulator, other] = [await start(), await start()]
    const keyPairs = [{ keyName: 'seeded', seed: 's' }]
    await other.state.import({ projects: [0], keyPairs })
    expect((await put(emulator.url, JSON.stringify({ ...largeState(accounts), keyPairs }))).status).toBe(200)
    const key = async (one: Emulator) => (await one.keyPairs.list('new')).keyPairs.map((pair) => pair.publicKey)
    expect(await key(emulator)).toStrictEqual(await key(other))
    expect(await key(emulator)).toHaveLength(1)
  })

  test('is not loaded when everything is reset meanwhile', { timeout: 120_000 }, async () => {
    const emulator = await start()
    let isDone = false
    const loaded = put(emulator.url, text).finally(() => {
      isDone = true
    })
    while (!isDone) await emulator.reset().then(() => fetch(`${emulator.url}/_emulator/health`))
    const response = await loaded
    expect([response.status, await response.json()]).toStrictEqual([
      409,
      {
        error: {
          code: 'Conflict',
          message: 'Everything was reset, or replaced by another state, while this one was read. Send it again.',
        },
      },
    ])
    expect((await emulator.accounts.list()).total).toBe(1)
  })

  test('waits for the one before, and both are loaded', { timeout: 120_000 }, async () => {
    const emulator = await start()
    const one = put(emulator.url, text)
    const other = put(emulator.url, JSON.stringify(largeState(accounts + 1)))
    expect((await Promise.all([one, other])).map(({ status }) => status)).toStrictEqual([200, 200])
  })

  test('loses nothing while the rows of the state before are deleted', { timeout: 120_000 }, async () => {
    const emulator = await start()
    for (let n = 0; n < 3; n++) expect((await put(emulator.url, text)).status).toBe(200)
    const used = Object.values((await emulator.state.export()).accounts ?? {}).filter(({ numbers }) => numbers?.comment)
    expect([used.length, (await emulator.accounts.list()).total]).toStrictEqual([accounts - 1, accounts + 1])
  })

  test('of more than 8 MB is received when the one before is answered or gone', { timeout: 60_000 }, async () => {
    const emulator = await start()
    const stalled = connect(emulator.port, '127.0.0.1')
    stalled.write('PUT /_emulator/state HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n{')
    await once(stalled, 'connect')
    await fetch(`${emulator.url}/_emulator/health`)
    const answered: string[] = []
    const send = async (name: string, body: string) => {
      expect((await put(emulator.url, body)).status).toBe(200)
      answered.push(name)
    }
    const body = `{}${' '.repeat(9_000_000)}`
    const gone = new AbortController()
    const left = put(emulator.url, body, gone.signal).catch(() => 'gone')
    const large = send('large', body)
    await send('small', '{}')
    await send('small', text)
    gone.abort()
    expect(await left).toBe('gone')
    stalled.destroy()
    await large
    expect(answered).toStrictEqual(['small', 'small', 'large'])
  })

  test('is read no further when the emulator closes', { timeout: 60_000 }, async () => {
    const emulator = await start()
    const loaded = emulator.state.import(largeState(accounts))
    await emulator.close()
    await expect(loaded).rejects.toThrow('The emulator is shutting down.')
  })

  test('that may take more memory than there is is refused before it is read', { timeout: 60_000 }, async () => {
    const emulator = await start()
    const available = vi.spyOn(process, 'availableMemory').mockReturnValue(66_000_000)
    onTestFinished(() => available.mockRestore())
    const { status, ...response } = await put(emulator.url, text).then(async (answer) => ({
      status: answer.status,
      ...((await answer.json()) as { error: { message: string } }),
    }))
    const message = /^state: the document may take (\d+) MB of memory while it is read, and 66 MB are free\.$/
    const [, needed] = message.exec(response.error.message) ?? []
    expect(status).toBe(400)
    // More than it is long, and not very much more
    expect(Number(needed)).toBeGreaterThan(66)
    expect(Number(needed)).toBeLessThan((100 * text.length) / 1_000_000 + 64)
    available.mockRestore()
    expect((await put(emulator.url, text)).status).toBe(200)
  })
})
