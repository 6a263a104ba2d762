import type { Activity } from '../system/activity.ts'
import { coefficients, combinePrimes } from './combine-primes.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import type { PrimeThreads } from './prime-threads.ts'

/** Number of keys that are kept ready while the emulator is idle: 256 primes give this many. */
const idleTarget = 32_640

/** Number of coefficients that are computed together, small enough not to block the event loop. */
const coefficientBatchSize = 16

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
  let used = 0
  let filling = false
  let closed = false

  const nextIndex = createCount ?? (() => used)
  const level = () => (closed ? 0 : Math.max(0, pairCount(bank.primes.length) - nextIndex()))

  const growBank = () => {
    if (closed) return
    const demand = Math.max(queue.length, queue.prefillCount)
    bank.grow(primeCountFor(nextIndex() + demand), threads.threads)
    if (demand === 0 && filling && activity.idle) bank.grow(primeCountFor(nextIndex() + idleTarget), 1)
  }

  const bank = createPrimeBank({
    threads,
    onFound() {
      if (!closed) queue.serve()
    },
    onFailed(reason) {
      // With no request to report the failure to, filling stops; the next request starts it again
      if (queue.length === 0) filling = false
      queue.fail(reason)
    },
  })
  const keyAt = createPrimePairs(bank.primes)

  const queue = createKeyQueue({
    head: () => keyAt(nextIndex()),
    consume: () => void used++,
    level,
    demand: growBank,
  })
  activity.onIdle(() => {
    try {
      growBank()
    } catch {
      // The database could not be read. The next request reports it, and starts filling again
      filling = false
    }
  })

  return {
    name: 'recombined',
    get level() {
      return level()
    },
    next(request) {
      filling = true
      return queue.join(request)
    },
    prefill: queue.prefill,
    fill() {
      filling = true
      growBank()
    },
    close() {
      closed = true
      queue.close()
      bank.primes.length = 0
      return threads.close()
    },
  }
}

interface PrimeBankOptions {
  readonly threads: PrimeThreads
  /** Called when a prime was found. */
  onFound(): void
  /** Called when a search failed; the next call of `grow` starts it again. */
  onFailed(reason: unknown): void
}

/** Creates an empty list of primes that grows without gaps. */
function createPrimeBank({ threads, onFound, onFailed }: PrimeBankOptions) {
  const primes: bigint[] = []
  /** By index: primes found before their predecessors. */
  const outOfOrder = new Map<number, bigint>()
  let requested = 0

  const add = (index: number, prime: bigint) => {
    // After a failure a prime may have been requested twice
    if (index >= primes.length) outOfOrder.set(index, prime)
    for (let next = outOfOrder.get(primes.length); next !== undefined; next = outOfOrder.get(primes.length)) {
      outOfOrder.delete(primes.length)
      primes.push(next)
    }
    onFound()
  }

  const fail = (reason: unknown) => {
    // The list must have no gaps, so the next call of `grow` requests every missing prime again
    requested = primes.length
    outOfOrder.clear()
    onFailed(reason)
  }

  return {
    primes,
    /** Searches for more primes until there are `size`, at most `parallel` at the same time. */
    grow(size: number, parallel: number) {
      while (requested < size && requested - primes.length - outOfOrder.size < parallel) {
        const index = requested++
        threads.prime(['bank', index]).then((prime) => add(index, prime), fail)
      }
    },
  }
}

/**
 * Returns a function that gives the key of the pair with an index, or undefined when a prime of it is not in the list yet.
 * The list may grow.
 */
function createPrimePairs(primes: readonly bigint[]): (index: number) => RsaKeyPair | undefined {
  /** The coefficients of consecutive pairs that have the same later prime. */
  let batch: { readonly from: number; readonly values: readonly bigint[] } = { from: 0, values: [] }
  return (index) => {
    const [earlier, later] = pairAt(index)
    const [earlierPrime, laterPrime] = [primes[earlier], primes[later]]
    if (earlierPrime === undefined || laterPrime === undefined) return undefined
    if (index < batch.from || index >= batch.from + batch.values.length) {
      const others = primes.slice(earlier, Math.min(later, earlier + coefficientBatchSize))
      batch = { from: index, values: coefficients(laterPrime, others) }
    }
    return combinePrimes(earlierPrime, laterPrime, batch.values[index - batch.from])
  }
}

/** Number of pairs of `primeCount` primes. */
const pairCount = (primeCount: number): number => (primeCount * (primeCount - 1)) / 2

/** The smallest number of primes that has at least `pairs` pairs. */
const primeCountFor = (pairs: number): number => (pairs === 0 ? 0 : Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2))

/** The pair with this index: (0, 1), (0, 2), (1, 2), (0, 3), … so that the first pairs need the fewest primes. */
function pairAt(index: number): [earlier: number, later: number] {
  const later = primeCountFor(index + 1) - 1
  return [index - pairCount(later), later]
}
