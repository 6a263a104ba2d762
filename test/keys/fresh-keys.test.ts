import { describe, expect, test } from 'vitest'
import { createFreshKeys } from '../../src/keys/fresh-keys.ts'
import type { KeySource } from '../../src/keys/key-source.ts'
import type { RsaKeyPair } from '../../src/keys/rsa-key-pair.ts'
import { createActivity } from '../../src/system/activity.ts'
import { CallerGone, ShuttingDown } from '../../src/system/errors.ts'
import { ask, caller } from '../support/callers.ts'

/** A generator whose keys come when the test says so. */
function generator() {
  const started: { finish(): void; fail(): void }[] = []
  let count = 0
  const generate = () =>
    new Promise<RsaKeyPair>((resolve, reject) => {
      const name = `key ${++count}`
      started.push({
        finish: () => resolve({ privateKey: name, publicKey: name }),
        fail: () => reject(new Error(`${name} failed`)),
      })
    })
  const settle = async (how: 'finish' | 'fail') => {
    const next = started.shift()
    if (!next) throw new Error('no key is being made')
    next[how]()
    await new Promise(setImmediate)
  }
  const finish = async (times: number) => {
    for (let i = 0; i < times; i++) await settle('finish')
  }
  return { generate, settle, finish, making: () => started.length }
}

function create(poolSize = 32) {
  const parts = generator()
  const activity = createActivity()
  return { ...parts, activity, keys: createFreshKeys({ generate: parts.generate, poolSize, parallel: 2, activity }) }
}

/** Makes keys until no more are wanted; how many are ready then. */
async function fill({ keys, making, finish }: ReturnType<typeof create>): Promise<number> {
  while (making() > 0) {
    expect(making()).toBe(1)
    await finish(1)
  }
  return keys.level
}

const drain = async (keys: KeySource) => {
  while (keys.level > 0) await ask(keys)
}

describe('the pool', () => {
  test('fills once told to, one key at a time, to 4', async () => {
    const pool = create()
    expect(pool.making()).toBe(0)
    pool.keys.fill()
    expect(await fill(pool)).toBe(4)
  })

  test('doubles each time it is found empty, up to its size', async () => {
    const pool = create(20)
    pool.keys.fill()
    const levels = [await fill(pool)]
    for (let i = 0; i < 4; i++) {
      await drain(pool.keys)
      const waiting = ask(pool.keys)
      await pool.finish(1)
      await waiting
      levels.push(await fill(pool))
    }
    expect(levels).toStrictEqual([4, 8, 16, 20, 20])
  })

  test('does not grow because many find it empty at once', async () => {
    const pool = create()
    const waiting = Promise.all(Array.from({ length: 9 }, () => ask(pool.keys)))
    await pool.finish(9)
    await waiting
    expect(await fill(pool)).toBe(8)
  })

  test.each([
    [0, 0],
    [1, 1],
  ])('of size %i holds %i', async (size, level) => {
    const pool = create(size)
    pool.keys.fill()
    expect(await fill(pool)).toBe(level)
    const waiting = ask(pool.keys)
    if (pool.making() > 0 && size === 0) await pool.finish(1)
    await waiting
    expect(await fill(pool)).toBe(level)
  })

  test('begins no key while somebody is served, and goes on when the last one has been', async () => {
    const pool = create()
    pool.activity.enter()
    pool.activity.enter()
    pool.keys.fill()
    expect(pool.making()).toBe(0)
    pool.activity.leave()
    expect(pool.making()).toBe(0)
    pool.activity.leave()
    expect(pool.making()).toBe(1)
  })

  test('is filled as far as a prefill asks, by all threads, whoever is served', async () => {
    const pool = create(0)
    pool.activity.enter()
    const filled = Promise.all([pool.keys.prefill(3), pool.keys.prefill(1)])
    expect(pool.making()).toBe(2)
    await pool.finish(3)
    await filled
    expect([pool.keys.level, pool.making()]).toStrictEqual([3, 0])
    await pool.keys.prefill(3)
  })
})

describe('keys', () => {
  test('are handed out first come first served, once each, made by all threads while callers wait', async () => {
    const { keys, making, finish } = create()
    const callers = Promise.all([ask(keys), ask(keys), ask(keys)])
    expect(making()).toBe(2)
    await finish(3)
    expect(await callers).toStrictEqual(['key 1', 'key 2', 'key 3'])
  })

  test('that are refused serve the next who waits, or are kept', async () => {
    const { keys, finish } = create()
    const refused = ask(keys, { ok: false })
    const waiting = ask(keys)
    await finish(1)
    expect([await refused, await waiting]).toStrictEqual(['key 1', 'key 1'])
    const again = ask(keys, { ok: false })
    await finish(1)
    expect([await again, keys.level, await ask(keys)]).toStrictEqual(['key 2', 1, 'key 2'])
  })

  test('that are known already are dropped, and their caller is the first to get another', async () => {
    const { keys, finish } = create()
    const unlucky = ask(keys, { known: ['key 1', 'key 2'] })
    const next = ask(keys)
    await finish(4)
    expect([await unlucky, await next]).toStrictEqual(['key 3', 'key 4'])
  })

  test('whose use throws are seen by nobody else', async () => {
    const { keys, finish } = create()
    const broken = ask(keys, { fails: true })
    const next = ask(keys)
    const rejected = expect(broken).rejects.toThrow('use broke')
    await finish(2)
    await rejected
    expect(await next).toBe('key 2')
  })

  test('are not made for a caller who has hung up: its place goes to the next', async () => {
    const { keys, making, finish } = create()
    const gone = caller()
    const first = ask(keys, { caller: gone })
    const second = ask(keys)
    const rejected = expect(first).rejects.toBeInstanceOf(CallerGone)
    gone.hangUp()
    await rejected
    await finish(1)
    expect(await second).toBe('key 1')
    expect(gone.listeners()).toBe(0)
    expect(making()).toBe(1)
  })

  test('serve a long line in steps, so that others are heard in between', async () => {
    const { keys, finish } = create()
    let served = 0
    const refused = Array.from({ length: 100 }, () => ask(keys, { ok: false }).then(() => served++))
    const heard = new Promise<number>((resolve) => setImmediate(() => setImmediate(() => resolve(served))))
    await finish(1)
    expect(await heard).toBeLessThan(100)
    await Promise.all(refused)
    expect(keys.level).toBeGreaterThan(0)
  })

  test('that cannot be made are an error for one caller, and the next is served again', async () => {
    const { keys, settle, finish } = create()
    const unlucky = ask(keys)
    await Promise.all([settle('fail'), expect(unlucky).rejects.toThrow('key 1 failed')])
    const lucky = ask(keys)
    await finish(1)
    expect(await lucky).toBe('key 2')
  })

  test('that cannot be made ahead are not tried again and again, and fail a prefill', async () => {
    const { keys, settle, making } = create(0)
    const failed = expect(keys.prefill(1)).rejects.toThrow('key 1 failed')
    await settle('fail')
    await failed
    const pool = create()
    pool.keys.fill()
    await pool.settle('fail')
    expect([making(), pool.making()]).toStrictEqual([0, 0])
  })

  test('end for everyone who waits when the source is closed', async () => {
    const { keys, finish, making } = create()
    const rejected = [ask(keys), keys.prefill(9)].map((waiting) => expect(waiting).rejects.toBeInstanceOf(ShuttingDown))
    keys.close()
    await Promise.all(rejected)
    await expect(ask(keys)).rejects.toBeInstanceOf(ShuttingDown)
    while (making() > 0) await finish(1)
    expect(keys.level).toBe(0)
  })
})
