import { describe, expect, test } from 'vitest'
import { openKeySource } from '../../src/keys/open-key-source.ts'
import { createActivity } from '../../src/system/activity.ts'
import { CallerGone, ShuttingDown } from '../../src/system/errors.ts'
import { ask, caller } from '../support/callers.ts'
import { keyThreads } from '../support/key-threads.ts'

function create({ poolSize = 0, activity = createActivity() } = {}) {
  const parts = keyThreads()
  const options = { seed: undefined, keyBits: 1024, createCount: () => 0, firstAccount: 'a' }
  return { ...parts, activity, keys: openKeySource({ ...options, poolSize, threads: parts.threads, activity }) }
}

describe('the pool', () => {
  test.each([0, 1, 4, 20])(
    'of size %i is filled from the start, one key at a time, and again after use',
    async (size) => {
      const { keys, searching, finish, threads } = create({ poolSize: size })
      for (let round = 0; round < 2; round++) {
        for (let made = keys.level; made < size; made++) {
          expect(searching()).toBe(2)
          await finish(1)
        }
        expect([keys.level, searching(), threads.isHurrying()]).toStrictEqual([size, 0, false])
        if (size > 0) await ask(keys)
      }
    },
  )

  test('is filled in no hurry after somebody had to wait', async () => {
    const { keys, threads, searching, settle } = create({ poolSize: 6 })
    const waiting = ask(keys)
    while (threads.isHurrying()) await settle('find')
    await waiting
    while (keys.level < 6) {
      expect([threads.isHurrying(), searching() <= 2]).toStrictEqual([false, true])
      await settle('find')
    }
  })

  test('is not filled while requests are in progress, and goes on after the last one', async () => {
    const activity = createActivity()
    activity.enter()
    activity.enter()
    const { searching } = create({ poolSize: 4, activity })
    expect(searching()).toBe(0)
    activity.leave()
    expect(searching()).toBe(0)
    activity.leave()
    expect(searching()).toBe(2)
  })

  test('is filled beyond its size by prefill, once, by all threads, and while requests are in progress', async () => {
    const { keys, threads, activity, searching, settle, finish } = create({ poolSize: 1 })
    await finish(1)
    activity.enter()
    const filled = Promise.all([keys.prefill(3), keys.prefill(2)])
    expect(threads.isHurrying()).toBe(true)
    while (keys.level < 3) await finish(1)
    await filled
    await keys.prefill(3)
    activity.leave()
    while (keys.level > 0) await ask(keys)
    while (searching() > 0) await settle('find')
    expect(keys.level).toBe(1)
  })
})

describe('keys', () => {
  test('are used in the order of the requests, once each, and all threads search while requests wait', async () => {
    const { keys, threads, searching, finish } = create()
    const callers = Promise.all([ask(keys), ask(keys), ask(keys)])
    expect(threads.isHurrying()).toBe(true)
    // Two keys are made at a time, and one prime more is searched for
    expect(searching()).toBe(5)
    await finish(3)
    expect(await callers).toStrictEqual(['key 1', 'key 2', 'key 3'])
  })

  test('are made of the primes that are found first: one more is searched for than is waited for', async () => {
    const { keys, searching, settle, finish } = create()
    const first = ask(keys)
    await settle('find')
    expect(searching()).toBe(2)
    await settle('find')
    expect(await first).toBe('key 1')
    // The search that was begun serves the next key
    expect(searching()).toBe(1)
    const second = ask(keys)
    expect(searching()).toBe(2)
    await finish(1)
    expect(await second).toBe('key 2')
  })

  test('that a request does not use go to the next request, or are kept', async () => {
    const { keys, finish } = create()
    const refused = ask(keys, { ok: false })
    const waiting = ask(keys)
    await finish(1)
    expect([await refused, await waiting]).toStrictEqual(['key 1', 'key 1'])
    const again = ask(keys, { ok: false })
    await finish(1)
    expect([await again, keys.level, await ask(keys)]).toStrictEqual(['key 2', 1, 'key 2'])
  })

  test('that are known already are discarded, and the request gets the next one', async () => {
    const { keys, finish } = create()
    const unlucky = ask(keys, { known: ['key 1', 'key 2'] })
    const next = ask(keys)
    await finish(4)
    expect([await unlucky, await next]).toStrictEqual(['key 3', 'key 4'])
  })

  test('whose use throws are not used again', async () => {
    const { keys, finish } = create()
    const broken = ask(keys, { fails: true })
    const next = ask(keys)
    const rejected = expect(broken).rejects.toThrow('use broke')
    await finish(2)
    await rejected
    expect(await next).toBe('key 2')
  })

  test('are not used for a client that hung up: the next request gets the key', async () => {
    const { keys, finish } = create()
    const gone = caller()
    const first = ask(keys, { caller: gone })
    const second = ask(keys)
    const rejected = expect(first).rejects.toBeInstanceOf(CallerGone)
    gone.hangUp()
    await rejected
    await finish(1)
    expect(await second).toBe('key 1')
    expect(gone.listeners()).toBe(0)
  })

  test('serve a long queue in steps, so that the event loop gets turns in between', async () => {
    const { keys, finish } = create()
    let served = 0
    const refused = Array.from({ length: 100 }, () => ask(keys, { ok: false }).then(() => served++))
    const servedPerTurn: number[] = []
    const count = () => {
      servedPerTurn.push(served)
      if (served < 100) setImmediate(count)
    }
    setImmediate(count)
    await finish(1)
    await Promise.all(refused)
    expect(new Set(servedPerTurn.filter((number) => number > 0)).size).toBeGreaterThan(5)
    expect(keys.level).toBeGreaterThan(0)
  })

  test('that cannot be made reject one request, and the next one is served', async () => {
    const { keys, settle, searching } = create()
    const unlucky = ask(keys)
    await Promise.all([settle('fail'), expect(unlucky).rejects.toThrow('no prime')])
    const next = ask(keys)
    while (searching() > 0) await settle('find')
    expect(await next).toMatch(/^key \d$/)
  })

  test('of others are made when one search fails', async () => {
    const { keys, settle, searching } = create()
    const all = Promise.allSettled(Array.from({ length: 6 }, () => ask(keys)))
    await settle('find')
    await settle('fail')
    while (searching() > 0) await settle('find')
    expect((await all).filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  test('that cannot be made ahead are not retried until something happens, and reject a prefill', async () => {
    const { keys, settle } = create()
    const failed = expect(keys.prefill(1)).rejects.toThrow('no prime')
    await settle('fail')
    await failed
    const pool = create({ poolSize: 4 })
    await pool.settle('fail')
    expect(pool.searching()).toBe(1)
    pool.activity.enter()
    pool.activity.leave()
    expect(pool.searching()).toBeGreaterThan(1)
  })

  test('are no longer available after close: every waiting request is rejected', async () => {
    const { keys, searching, settle } = create({ poolSize: 4 })
    const waiting = expect(ask(keys)).rejects.toBeInstanceOf(ShuttingDown)
    const prefill = expect(keys.prefill(9)).rejects.toBeInstanceOf(ShuttingDown)
    keys.close()
    await waiting
    await expect(ask(keys)).rejects.toBeInstanceOf(ShuttingDown)
    await expect(keys.prefill(1)).rejects.toBeInstanceOf(ShuttingDown)
    while (searching() > 0) await settle('find')
    await prefill
    expect(keys.level).toBe(0)
  })
})
