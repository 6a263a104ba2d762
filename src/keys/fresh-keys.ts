import { ShuttingDown } from '../core/shutting-down.js'
import type { KeySource } from './key-source.js'
import type { RsaKeyPair } from './rsa.js'

interface Waiter {
  resolve(key: RsaKeyPair): void
  reject(reason: unknown): void
}

interface FreshKeysOptions {
  /** Makes one key, off the event loop. */
  readonly generate: () => Promise<RsaKeyPair>
  /** How many keys to keep ready. */
  readonly ahead: number
  /** How many to make at once while callers wait. */
  readonly parallel: number
}

/**
 * Independent random keys. While nobody waits they are made one at a time, up to `ahead`; while callers wait, on
 * `parallel` threads.
 */
export function createFreshKeys({ generate, ahead, parallel }: FreshKeysOptions): KeySource {
  const ready: RsaKeyPair[] = []
  const waiting: Waiter[] = []
  let making = 0
  let filling = false
  let closed = false

  const wanted = () => {
    if (closed) return 0
    if (waiting.length > 0) return Math.min(waiting.length, parallel)
    return filling && ready.length < ahead ? 1 : 0
  }

  const work = () => {
    while (making < wanted()) {
      making++
      generate().then(made, failed)
    }
  }

  const handOver = (key: RsaKeyPair) => {
    const waiter = waiting.shift()
    if (waiter) waiter.resolve(key)
    else ready.push(key)
  }

  const made = (key: RsaKeyPair) => {
    making--
    handOver(key)
    work()
  }

  const failed = (reason: unknown) => {
    making--
    const waiter = waiting.shift()
    // Nobody to tell: making ahead ends, and the next caller starts it again or hears of the failure.
    if (!waiter) filling = false
    waiter?.reject(reason)
    work()
  }

  return {
    get level() {
      return ready.length
    },
    next() {
      if (closed) return Promise.reject(new ShuttingDown())
      filling = true
      const key = ready.shift()
      const taken = key
        ? Promise.resolve(key)
        : new Promise<RsaKeyPair>((resolve, reject) => waiting.push({ resolve, reject }))
      work()
      return taken
    },
    giveBack: handOver,
    fill() {
      filling = true
      work()
    },
    close() {
      closed = true
      for (const waiter of waiting.splice(0)) waiter.reject(new ShuttingDown())
    },
  }
}
