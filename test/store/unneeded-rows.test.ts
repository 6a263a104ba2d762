import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { databaseFile } from '../../src/store/database-file.ts'
import { createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { largeState, put } from '../support/large-state.ts'
import { launch } from '../support/process.ts'

const accounts = 2000
const text = JSON.stringify(largeState(accounts))

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

describe('a large document', () => {
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
