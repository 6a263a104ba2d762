import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator.ts'
import { openKeySource } from '../../src/keys/open-key-source.ts'
import { createActivity } from '../../src/system/activity.ts'
import { ShuttingDown } from '../../src/system/errors.ts'
import { type AnyAnswer, call, createCode, createParams, get, type Sent } from '../support/api.ts'
import { ask, caller } from '../support/callers.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { keyThreads } from '../support/key-threads.ts'
import { publicKey } from '../support/keys.ts'
import { launch } from '../support/process.ts'

const seeded = (options: EmulatorOptions = {}) =>
  start({ keySource: 'seeded', seed: 'golden', clock: '2017-03-12T08:00:00Z', ...options })

const golden = JSON.parse(readFileSync(new URL('../data/seeded-keys.json', import.meta.url), 'utf8')) as {
  readonly bits: 1024 | 2048
  readonly account: string
  readonly answers: readonly AnyAnswer[]
}[]

test.each(golden)('$bits bits, account $account: responses equal the recorded ones', async (one) => {
  const emulator = await seeded({ keyBits: one.bits })
  for (const [index, answer] of one.answers.entries()) {
    const given = await get(emulator, createParams({ KeyName: `k${index}`, SecretId: one.account }))
    expect(given).toStrictEqual(answer)
  }
})

/** 40 requests of one account: creates, some of which are rejected, imports and lists. */
const callsOf = (account: string): Sent[] =>
  Array.from({ length: 40 }, (_, index): Sent => {
    const base = { SecretId: account, Version: '2017-03-12', ProjectId: '0' }
    if (index % 8 === 7) return { ...base, Action: 'DescribeKeyPairs' }
    if (index % 8 === 5) {
      return { ...base, Action: 'ImportKeyPair', KeyName: `i${index}`, PublicKey: publicKey(`${account} ${index}`) }
    }
    return { ...base, Action: 'CreateKeyPair', KeyName: index % 4 === 3 ? 'k0' : `k${index}` }
  })

const accounts = ['AKIDa', 'AKIDb', 'AKIDc', 'AKIDd', 'default']

const send = async ({ url }: Emulator, params: Sent) =>
  (await fetch(`${url}/v2/index.php?${new URLSearchParams(params)}`)).text()

async function inTurn(emulator: Emulator, calls: readonly Sent[]): Promise<string[]> {
  const bodies: string[] = []
  for (const params of calls) bodies.push(await send(emulator, params))
  return bodies
}

test('200 requests get the same bodies, however the requests of different accounts interleave', async () => {
  const [one, other, third] = [await seeded(), await seeded(), await seeded()]
  const together = Object.fromEntries(
    await Promise.all(accounts.map(async (name) => [name, await inTurn(one, callsOf(name))] as const)),
  )
  const apart: Record<string, string[]> = {}
  for (const name of [...accounts].reverse()) apart[name] = await inTurn(other, callsOf(name))
  const mixed: Record<string, string[]> = Object.fromEntries(accounts.map((name) => [name, []]))
  for (const [index] of callsOf('').entries()) {
    for (const name of index % 2 ? accounts : [...accounts].reverse()) {
      mixed[name]?.push(await send(third, callsOf(name)[index] ?? {}))
    }
  }
  expect(accounts.map((name) => apart[name])).toStrictEqual(accounts.map((name) => together[name]))
  expect(accounts.map((name) => mixed[name])).toStrictEqual(accounts.map((name) => together[name]))
  expect(
    Object.values(together)
      .flat()
      .filter((body) => body.includes('PrivateKey')),
  ).toHaveLength(5 * 25)
})

const pem = async (emulator: Emulator, changes: Sent) =>
  (await get(emulator, createParams(changes))).Response.KeyPair?.PrivateKey ?? 'none'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

test('simultaneous creates of an account get its first keys in any order, and rejected creates use none', async () => {
  const [atOnce, inOrder] = [await seeded(), await seeded()]
  const names = Array.from({ length: 12 }, (_, index) => `k${index % 8}`)
  const got = await Promise.all(names.map((KeyName) => pem(atOnce, { KeyName })))
  const first: string[] = []
  for (let index = 0; index < 8; index++) first.push(await pem(inOrder, { KeyName: `k${index}` }))
  expect(
    got
      .filter((key) => key !== 'none')
      .map(digest)
      .sort(),
  ).toStrictEqual(first.map(digest).sort())
})

describe('the n-th create gets key n', () => {
  test('after a reset of the account or of all', async () => {
    const emulator = await seeded()
    const run = async () => [await pem(emulator, { KeyName: 'a' }), await pem(emulator, { KeyName: 'b' })].map(digest)
    const first = await run()
    await emulator.reset('default')
    const second = await run()
    await emulator.reset()
    expect([second, await run()]).toStrictEqual([first, first])
    expect(new Set(first).size).toBe(2)
  })

  test('after a restart with the same data folder', async () => {
    const uninterrupted = await seeded()
    const expected = [await pem(uninterrupted, { KeyName: 'a' }), await pem(uninterrupted, { KeyName: 'b' })].map(
      digest,
    )
    const data = temporaryFolder()
    const before = await seeded({ data })
    const first = await pem(before, { KeyName: 'a' })
    await before.close()
    expect([first, await pem(await seeded({ data }), { KeyName: 'b' })].map(digest)).toStrictEqual(expected)
  })

  test('which is different for another seed, size or account', async () => {
    const keys = [
      await pem(await seeded(), {}),
      await pem(await seeded({ seed: 'other' }), {}),
      await pem(await seeded({ keyBits: 2048 }), {}),
      await pem(await seeded(), { SecretId: 'AKIDa' }),
    ]
    expect(new Set(keys.map((key) => key.slice(32, 96))).size).toBe(4)
  })

  test('unless that key was imported before: then it gets the next one', async () => {
    const emulator = await seeded()
    const { Response } = await get(emulator, createParams())
    await emulator.reset()
    const PublicKey = Response.KeyPair?.PublicKey ?? ''
    const imported = await call(emulator, 'ImportKeyPair', { KeyName: 'i', ProjectId: '0', PublicKey })
    expect(imported.Response.Error).toBeUndefined()
    const next = await pem(emulator, { KeyName: 'a' })
    expect(next).toContain('PRIVATE KEY')
    expect(digest(next)).not.toBe(digest(Response.KeyPair?.PrivateKey ?? ''))
  })
})

test('keys are generated while the emulator is idle, and by prefill', async () => {
  const emulator = await seeded({ poolSize: 3 })
  while ((await emulator.keys.level()) < 3) await new Promise(setImmediate)
  await emulator.keys.prefill(6)
  expect(await emulator.keys.level()).toBe(6)
  for (let index = 0; index < 6; index++) expect(await createCode(emulator, { KeyName: `k${index}` })).toBe('Success')
})

test.each([
  [['--key-source', 'seeded'], '--key-source seeded: needs --seed TEXT'],
  [
    ['--key-source', 'recombined'],
    '--key-source: "recombined" is not one of fresh, seeded; instead of recombined, which was removed, use fresh.',
  ],
  [['--seed', 'x'], '--seed: needs --key-source seeded; fresh keys are always random.'],
])('%j is an error that says what to do', async (flags, message) => {
  const emulator = launch(['--port', '0', ...flags])
  expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
  expect(emulator.stderr()).toContain(`cvm-emulator: ${message}`)
})

test('a signal ends the process while many creates wait for keys', async () => {
  const emulator = launch(['--port', '0', '--key-source', 'seeded', '--seed', 'x', '--key-bits', '4096'])
  const url = await emulator.ready
  const waiting = Array.from({ length: 20 }, (_, index) => createCode({ url }, { KeyName: `k${index}` }))
  await Promise.race(waiting)
  emulator.child.kill('SIGTERM')
  const codes = await Promise.all(waiting)
  expect(codes).toContain('InternalServerError')
  expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
})

/** A source of seeded keys whose database can break. */
function createSource({ poolSize = 4, createCount = (_account: string): number => 0 } = {}) {
  const { threads, settle, built } = keyThreads()
  const activity = createActivity()
  const database = { works: true }
  const readCount = (account: string) => {
    if (!database.works) throw new Error('the database broke')
    return createCount(account)
  }
  const options = { seed: 's', keyBits: 1024, createCount: readCount, firstAccount: 'a', poolSize }
  return { activity, database, settle, built, keys: openKeySource({ ...options, threads, activity }) }
}

test('after close every waiting request is rejected, and the store is not used', async () => {
  const { keys, database } = createSource()
  const waiting = expect(ask(keys)).rejects.toBeInstanceOf(ShuttingDown)
  keys.close()
  database.works = false
  await waiting
  await expect(ask(keys)).rejects.toBeInstanceOf(ShuttingDown)
  await expect(keys.prefill(1)).rejects.toBeInstanceOf(ShuttingDown)
  expect(keys.level).toBe(0)
})

test('while the database cannot be read, those who wait are told, and the process goes on', async () => {
  const { keys, database, activity, settle } = createSource()
  const waiting = [ask(keys), keys.prefill(2)].map((one) => expect(one).rejects.toThrow('the database broke'))
  database.works = false
  for (let primes = 0; primes < 4; primes++) await settle('find')
  await Promise.all(waiting)
  await expect(keys.prefill(1)).rejects.toThrow('the database broke')
  // Idle work has nobody to tell
  activity.enter()
  expect(activity.leave).not.toThrow()
})

test('each account has one series of keys, however many accounts wait at once', async () => {
  const creates = new Map<string, number>()
  const createCount = (account: string) => creates.get(account) ?? 0
  const { keys, settle, built } = createSource({ poolSize: 0, createCount })
  const accounts = Array.from({ length: 12 }, (_, index) => `AKID${index}`)
  const create = (account: string) =>
    keys.next({
      account,
      caller: caller(),
      use() {
        creates.set(account, createCount(account) + 1)
        return { ok: true }
      },
    })
  const all = Promise.all([...accounts, ...accounts, ...accounts, ...accounts].map(create))
  let done = false
  void all.then(() => {
    done = true
  })
  while (!done) await settle('find')
  expect(built()).toBe(4 * accounts.length)
})

test('keys of the accounts used last are kept, those of others are made again', async () => {
  const emulator = await seeded({ poolSize: 2 })
  const accounts = Array.from({ length: 12 }, (_, index) => `AKID${index}`)
  const first = []
  for (const SecretId of accounts) {
    first.push(await pem(emulator, { SecretId, KeyName: 'a' }))
    while ((await emulator.keys.level()) < 2) await new Promise(setImmediate)
  }
  expect(await emulator.keys.level()).toBeLessThanOrEqual(2 * 8)
  await emulator.reset()
  const again = []
  for (const SecretId of accounts) again.push(await pem(emulator, { SecretId, KeyName: 'a' }))
  expect(again.map(digest)).toStrictEqual(first.map(digest))
})
