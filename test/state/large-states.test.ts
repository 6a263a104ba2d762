import { once } from 'node:events'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { checkInThread } from '../../src/state/document-thread.ts'
import { databaseFile } from '../../src/store/database-file.ts'
import { createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { launch } from '../support/process.ts'

/** A state of so many accounts that were in use, each with a project of its own. */
const largeState = (count: number) => ({
  version: 1,
  projects: [0],
  accounts: Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `account${n}`,
      { projects: [n + 1], numbers: { comment: n, creates: n } },
    ]),
  ),
})

const accounts = 2000
const largeText = (count: number) => JSON.stringify(largeState(count))
const text = largeText(accounts)

const put = (url: string, body: string, signal?: AbortSignal) =>
  fetch(`${url}/_emulator/state`, { method: 'PUT', body, ...(signal && { signal }) })

/** How many other requests, one after another, are answered until a request is. */
async function answeredDuring(url: string, request: Promise<unknown>): Promise<number> {
  let isDone = false
  const done = request.then(() => {
    isDone = true
  })
  for (let answered = 0; ; answered++) {
    if (isDone) return done.then(() => answered)
    await fetch(`${url}/_emulator/health`)
  }
}

/** The rows of each state in the database of a folder that is not in use. */
function rowsByState(folder: string): { readonly current: number; readonly others: number } {
  const db = new Database(databaseFile(folder), { readonly: true })
  try {
    const current = db.prepare<[], number>('SELECT current FROM states').pluck().get() ?? 0
    const prefix = `${current.toString(36).padStart(6, '0')}/`
    const tables = ['account_numbers', 'document_parts', 'populated_accounts']
    const count = (condition: string) =>
      tables.reduce((sum, table) => {
        const sql = `SELECT count(*) FROM ${table} WHERE substr(account, 1, 7) ${condition} ?`
        return sum + Number(db.prepare<string[], number>(sql).pluck().get(prefix))
      }, 0)
    return { current: count('='), others: count('<>') }
  } finally {
    db.close()
  }
}

/** Lets the emulator of a folder work until nothing but its current state is in the database. */
async function untilTidy(data: string): Promise<number> {
  for (let starts = 1; ; starts++) {
    const emulator = await start({ data })
    for (let n = 0; n < 100; n++) await fetch(`${emulator.url}/_emulator/health`)
    await emulator.close()
    if (rowsByState(data).others === 0) return starts
    if (starts === 100) throw new Error('rows of other states remain')
  }
}

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

test('each account of a list is described in a turn of its own, since it may be populated', async () => {
  const emulator = await start()
  await emulator.state.import({ accounts: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${n}`, {}])) })
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await emulator.accounts.list()
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(50)
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

  test('whose client goes away leaves nothing behind, and the next one is loaded', { timeout: 120_000 }, async () => {
    const data = temporaryFolder()
    const emulator = await start({ data })
    for (let n = 0; n < 5; n++) {
      const gone = new AbortController()
      const abandoned = put(emulator.url, text, gone.signal).catch(() => 'gone')
      await fetch(`${emulator.url}/_emulator/health`)
      gone.abort()
      expect(await abandoned).toBe('gone')
    }
    expect((await put(emulator.url, JSON.stringify(largeState(3)))).status).toBe(200)
    expect((await emulator.accounts.list()).total).toBe(4)
    await emulator.close()
    await untilTidy(data)
    expect(rowsByState(data).others).toBe(0)
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

test('what there was stays when the disk is full in the moment in which a document replaces it', async () => {
  const data = temporaryFolder()
  // Fails at the end of the transaction that says which state is the current one
  const commits = { fail: false }
  const { transaction } = Database.prototype
  vi.spyOn(Database.prototype, 'transaction').mockImplementation(function (this: Database.Database, work) {
    const current = () => this.prepare('SELECT current FROM states').pluck().get()
    return transaction.call(this, (...args: never[]) => {
      const before = commits.fail && current()
      const result = work(...args)
      if (commits.fail && current() !== before) throw new Error('database or disk is full')
      return result
    })
  } as typeof transaction)
  onTestFinished(() => void vi.restoreAllMocks())
  const emulator = await start({ data })
  expect(await createCode(emulator, {})).toBe('Success')
  commits.fail = true
  await expect(emulator.state.import({ projects: [0] })).rejects.toThrow('database or disk is full')
  commits.fail = false
  expect((await emulator.keyPairs.list()).total).toBe(1)
  // Meanwhile what nobody needs is deleted
  for (let n = 0; n < 20; n++) await fetch(`${emulator.url}/_emulator/health`)
  await emulator.close()
  expect((await (await start({ data })).keyPairs.list()).total).toBe(1)
})

describe('rows that nobody sees', () => {
  test('are deleted while the emulator goes on', async () => {
    const data = temporaryFolder()
    const emulator = await start({ data })
    for (const count of [20, 10, 5]) await emulator.state.import(largeState(count))
    for (let n = 0; n < 50; n++) await fetch(`${emulator.url}/_emulator/health`)
    await emulator.close()
    expect(rowsByState(data).others).toBe(0)
  })

  test('stay when the process is killed during an import, and are deleted after the next start', {
    timeout: 120_000,
  }, async () => {
    const data = temporaryFolder()
    const first = await start({ data })
    expect(await createCode(first, {})).toBe('Success')
    const before = (await first.state.export()).accounts
    await first.close()

    const killed = launch(['--port', '0', '--data', data])
    const url = await killed.ready
    const loaded = put(url, JSON.stringify(largeState(15_000))).catch(() => 'killed')
    // Until some of it is in the file
    while (!rowsWritten(data)) await fetch(`${url}/_emulator/health`)
    killed.child.kill('SIGKILL')
    expect(await loaded).toBe('killed')
    await killed.ended

    const second = await start({ data })
    expect((await second.state.export()).accounts).toStrictEqual(before)
    await second.close()
    await untilTidy(data)
    const third = await start({ data })
    expect((await third.state.export()).accounts).toStrictEqual(before)
  })

  test('are those of a large state after a reset of everything, and are deleted little by little', {
    timeout: 120_000,
  }, async () => {
    const data = temporaryFolder()
    const emulator = await start({ data })
    await put(emulator.url, text)
    await emulator.reset()
    // In the same turn of the event loop, more or less
    await emulator.close()
    expect(rowsByState(data).others).toBeGreaterThan(accounts)
    await untilTidy(data)
    const again = await start({ data })
    expect((await again.accounts.list()).total).toBe(1)
  })
})

test('names in rows that nobody sees do not keep the emulator from starting with another --name-scope', async () => {
  const data = temporaryFolder()
  const emulator = await start({ data })
  const twice = (_: unknown, n: number) =>
    [0, 1].map((projectId) => ({ keyName: `k${n}`, projectId, publicKey: publicKey(`${projectId} ${n}`) }))
  const keyPairs = Array.from({ length: 200 }, twice).flat()
  await emulator.state.import({ projects: [0, 1], accounts: { one: { keyPairs, numbers: {} } } })
  await emulator.reset()
  await emulator.close()
  expect((await (await start({ data, nameScope: 'account' })).accounts.list()).total).toBe(1)
})

/** Whether the file has grown since it was made, which it does while a document is loaded. */
const rowsWritten = (folder: string): boolean => statSync(`${databaseFile(folder)}-wal`).size > 1_000_000
