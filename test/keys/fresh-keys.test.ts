import { describe, expect, test } from 'vitest'
import { ShuttingDown } from '../../src/core/shutting-down.js'
import { createFreshKeys } from '../../src/keys/fresh-keys.js'
import type { RsaKeyPair } from '../../src/keys/rsa.js'

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
  return { generate, settle, making: () => started.length }
}

const create = (parts: ReturnType<typeof generator>) =>
  createFreshKeys({ generate: parts.generate, ahead: 3, parallel: 2 })

describe('fresh keys', () => {
  test('are made ahead one at a time, up to the mark, once told to fill', async () => {
    const parts = generator()
    const keys = create(parts)
    expect(parts.making()).toBe(0)
    keys.fill()
    for (const level of [0, 1, 2]) {
      expect([parts.making(), keys.level]).toStrictEqual([1, level])
      await parts.settle('finish')
    }
    expect([parts.making(), keys.level]).toStrictEqual([0, 3])
  })

  test('are handed out first come first served, once each, made in parallel while callers wait', async () => {
    const parts = generator()
    const keys = create(parts)
    const callers = Promise.all([keys.next(), keys.next(), keys.next()])
    expect(parts.making()).toBe(2)
    for (let i = 0; i < 3; i++) await parts.settle('finish')
    expect((await callers).map(({ privateKey }) => privateKey)).toStrictEqual(['key 1', 'key 2', 'key 3'])
  })

  test('that come back serve the next who waits, or are kept', async () => {
    const parts = generator()
    const keys = create(parts)
    const first = keys.next()
    await parts.settle('finish')
    const waiting = keys.next()
    keys.giveBack(await first)
    expect((await waiting).privateKey).toBe('key 1')
    keys.giveBack(await waiting)
    expect(keys.level).toBe(1)
  })

  test('that cannot be made are an error for one caller, and the next is served again', async () => {
    const parts = generator()
    const keys = create(parts)
    const unlucky = keys.next()
    await Promise.all([parts.settle('fail'), expect(unlucky).rejects.toThrow('key 1 failed')])
    const lucky = keys.next()
    await parts.settle('finish')
    await parts.settle('finish')
    expect((await lucky).privateKey).toMatch(/^key [23]$/)
  })

  test('that cannot be made ahead are not tried again and again', async () => {
    const parts = generator()
    const keys = create(parts)
    keys.fill()
    await parts.settle('fail')
    expect(parts.making()).toBe(0)
  })

  test('end for everyone who waits when the source is closed', async () => {
    const parts = generator()
    const keys = create(parts)
    const waiting = keys.next()
    const rejected = expect(waiting).rejects.toBeInstanceOf(ShuttingDown)
    keys.close()
    await rejected
    await expect(keys.next()).rejects.toBeInstanceOf(ShuttingDown)
    await parts.settle('finish')
    expect(parts.making()).toBe(0)
  })
})
