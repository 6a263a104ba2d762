import type { Activity } from '../system/activity.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import { createPendingPrefills } from './pending-prefills.ts'
import { createPrimeBank } from './prime-bank.ts'
import { createPrimePairs, pairCount, primeCountFor } from './prime-pairs.ts'
import type { PrimeThreads } from './prime-threads.ts'

/** Number of keys that are kept ready while the emulator is idle: 256 primes give this many. */
const idleTarget = 32_640

interface RecombinedKeysOptions {
  readonly primes: PrimeThreads
  /** Number of successful creates of all accounts, when keys must be repeatable; without it this source counts its own. */
  readonly createCount?: (() => number) | undefined
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/**
 * Creates a source of keys for load tests. Each modulus is the product of two primes from a bank, and no two primes are
 * combined twice. The bank grows while the emulator is idle until 32,640 keys are ready, at first with 256 primes. When
 * the bank is exhausted, requests wait for new primes.
 */
export function createRecombinedKeys({ primes: threads, createCount, activity }: RecombinedKeysOptions): KeySource {
  const pendingPrefills = createPendingPrefills()
  let used = 0
  let filling = false
  let closed = false

  const nextIndex = createCount ?? (() => used)
  const level = () => Math.max(0, pairCount(bank.primes.length) - nextIndex())

  const growBank = () => {
    if (closed) return
    const demand = Math.max(queue.length, pendingPrefills.maxCount)
    bank.grow(primeCountFor(nextIndex() + demand), threads.threads)
    if (demand === 0 && filling && activity.idle) bank.grow(primeCountFor(nextIndex() + idleTarget), 1)
  }

  const bank = createPrimeBank({
    threads,
    onFound() {
      queue.serve()
      pendingPrefills.resolve(level())
      growBank()
    },
    onFailed(reason) {
      // With no request to report the failure to, filling stops; the next request starts it again
      if (queue.length === 0) filling = false
      pendingPrefills.reject(reason)
      queue.rejectFirst(reason)
    },
  })
  const pairs = createPrimePairs(bank.primes)

  const queue = createKeyQueue({
    head: () => pairs.keyAt(nextIndex()),
    consume() {
      used++
      pairs.clearCache()
    },
    demand: growBank,
  })
  activity.onIdle(growBank)

  return {
    name: 'recombined',
    get level() {
      return closed ? 0 : level()
    },
    next(request) {
      filling = true
      return queue.join(request)
    },
    prefill(count) {
      const filled = pendingPrefills.add(count)
      if (!closed) pendingPrefills.resolve(level())
      growBank()
      return filled
    },
    fill() {
      filling = true
      growBank()
    },
    close() {
      closed = true
      queue.close()
      pendingPrefills.close()
      bank.close()
      pairs.clearCache()
    },
  }
}
