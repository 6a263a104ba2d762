import { generatePrimeSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { type KeySource, sharedPrimesNotice } from '../../src/keys/key-source.ts'
import type { PrimeThreads } from '../../src/keys/prime-threads.ts'
import { createRecombinedKeys } from '../../src/keys/recombined-keys.ts'
import { createActivity } from '../../src/system/activity.ts'
import { ShuttingDown } from '../../src/system/errors.ts'
import { createParams, get } from '../support/api.ts'
import { ask } from '../support/callers.ts'
import { start } from '../support/emulator.ts'
import { launch } from '../support/process.ts'

const somePrimes = Array.from({ length: 8 }, () => generatePrimeSync(128, { bigint: true }))

/** Threads whose searches end when and in the order that the test chooses. */
function primeThreads() {
  const asked: { number: number; find(): void; fail(): void }[] = []
  const threads: PrimeThreads = {
    threads: 2,
    prime: ([_bank, number]) =>
      new Promise((resolve, reject) => {
        asked.push({
          number: Number(number),
          find: () => resolve(somePrimes[Number(number)] ?? 0n),
          fail: () => reject(new Error('no prime')),
        })
      }),
    close: async () => {},
  }
  const settle = async (how: 'find' | 'fail', which: 'first' | 'last' = 'first') => {
    const one = which === 'first' ? asked.shift() : asked.pop()
    if (!one) throw new Error('no prime is being looked for')
    one[how]()
    await new Promise(setImmediate)
  }
  return { threads, settle, asked: () => asked.map(({ number }) => number) }
}

function create(createCount?: () => number) {
  const parts = primeThreads()
  const activity = createActivity()
  return { ...parts, activity, keys: createRecombinedKeys({ primes: parts.threads, createCount, activity }) }
}

const take = async (keys: KeySource, count: number) => {
  const got: string[] = []
  for (let i = 0; i < count; i++) got.push(await ask(keys))
  return got
}

test('each pair of primes gives one key, in whatever order they are found; an exhausted bank waits for a new prime', async () => {
  const { keys, settle, asked } = create()
  const waiting = [ask(keys), ask(keys), ask(keys)]
  expect(asked()).toStrictEqual([0, 1])
  await settle('find', 'last')
  await settle('find')
  const first = [await waiting[0]]
  expect(asked()).toStrictEqual([2])
  await settle('find')
  first.push(...(await Promise.all(waiting.slice(1))))
  expect(keys.level).toBe(0)
  expect(asked()).toStrictEqual([3])
  await settle('find')
  expect(keys.level).toBe(3)
  const rest = await take(keys, 3)
  expect(new Set([...first, ...rest]).size).toBe(6)

  let served = false
  const exhausted = ask(keys).then((key) => {
    served = true
    return key
  })
  await new Promise(setImmediate)
  expect(served).toBe(false)
  while (asked()[0] !== 4) await settle('find')
  await settle('find')
  expect([...first, ...rest]).not.toContain(await exhausted)
})

test('the bank grows only while the emulator is idle, one prime at a time', async () => {
  const { keys, settle, asked, activity } = create()
  activity.enter()
  keys.fill()
  expect(asked()).toStrictEqual([])
  activity.leave()
  expect(asked()).toStrictEqual([0])
  await settle('find')
  expect(asked()).toStrictEqual([1])
})

test('an unused key goes to the next request; with a count of creates the count determines the key', async () => {
  const { keys, settle } = create()
  const refused = ask(keys, { ok: false })
  await settle('find')
  await settle('find')
  expect(await ask(keys)).toBe(await refused)

  let count = 0
  const counted = create(() => count)
  const first = ask(counted.keys)
  for (let i = 0; i < 2; i++) await counted.settle('find')
  const again = await ask(counted.keys)
  expect(again).toBe(await first)
  count = 1
  const second = ask(counted.keys)
  while (counted.asked()[0] !== 2) await counted.settle('find')
  await counted.settle('find')
  expect(await second).not.toBe(again)
})

test('a failed search for a prime rejects one request, and is repeated for the next', async () => {
  const { keys, settle, asked } = create()
  const rejected = ask(keys)
  await settle('find')
  await Promise.all([settle('fail'), expect(rejected).rejects.toThrow('no prime')])
  const next = ask(keys)
  while (asked().length > 0 && keys.level === 0) await settle('find')
  expect(await next).toContain('PRIVATE KEY')
})

test('close rejects waiting requests and prefills', async () => {
  const { keys } = create()
  const rejected = [ask(keys), keys.prefill(3)].map((one) => expect(one).rejects.toBeInstanceOf(ShuttingDown))
  keys.close()
  await Promise.all(rejected)
})

const moduli = async (seed?: string) => {
  const emulator = await start({ keySource: 'recombined', ...(seed !== undefined && { seed }) })
  const create = async (KeyName: string) => (await get(emulator, createParams({ KeyName }))).Response.KeyPair
  const keys = []
  for (let index = 0; index < 30; index++) keys.push(await create(`k${index}`))
  emulator.reset()
  const after = await create('k0')
  return { all: keys.map((key) => key?.PublicKey.split(' ')[1]), again: after?.PublicKey.split(' ')[1] }
}

test('with a seed the keys repeat, also after a reset; without one no key repeats', async () => {
  const [one, other, random] = [await moduli('s'), await moduli('s'), await moduli()]
  expect(other).toStrictEqual(one)
  expect(one.again).toBe(one.all[0])
  expect(new Set([...one.all, ...random.all, random.again]).size).toBe(61)
})

test('help, health check and log warn that the keys share primes', async () => {
  const help = launch(['--help'])
  await help.ended
  expect(help.stdout()).toContain('recombined: keys that share primes, for load tests only')

  const emulator = launch(['--port', '0', '--key-source', 'recombined', '--key-bits', '1024'])
  const health = await (await fetch(`${await emulator.ready}/_emulator/health`)).json()
  expect(health).toMatchObject({ keys: { source: 'recombined', notice: sharedPrimesNotice } })
  expect(emulator.stderr()).toContain(sharedPrimesNotice)
})
