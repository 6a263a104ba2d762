import type { Activity } from '../system/activity.ts'
import { coefficients, combinePrimes } from './combine-primes.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import { createPendingPrefills } from './pending-prefills.ts'
import type { PrimeThreads } from './prime-threads.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

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
export function createRecombinedKeys({ primes, createCount, activity }: RecombinedKeysOptions): KeySource {
  const bank: bigint[] = []
  /** By number: primes found before their predecessors. */
  const outOfOrder = new Map<number, bigint>()
  const pendingPrefills = createPendingPrefills()
  let requested = 0
  let used = 0
  let filling = false
  let closed = false
  let batch: { readonly from: number; readonly values: readonly bigint[] } = { from: 0, values: [] }
  let cachedHead: { readonly index: number; readonly key: RsaKeyPair } | undefined

  const nextIndex = createCount ?? (() => used)
  const level = () => Math.max(0, pairsOf(bank.length) - nextIndex())
  const pendingPrimes = () => requested - bank.length - outOfOrder.size

  const requestPrimes = (total: number, parallel: number) => {
    while (!closed && requested < total && pendingPrimes() < parallel) {
      const number = requested++
      primes.prime(['bank', number]).then((prime) => onFound(number, prime), onFailed)
    }
  }

  const growBank = () => {
    if (closed) return
    const demand = Math.max(queue.length, pendingPrefills.maxCount)
    requestPrimes(primesFor(nextIndex() + demand), primes.threads)
    if (demand === 0 && filling && activity.idle) requestPrimes(primesFor(nextIndex() + idleTarget), 1)
  }

  const onFound = (number: number, prime: bigint) => {
    // After a failure a prime may have been requested twice
    if (number >= bank.length) outOfOrder.set(number, prime)
    for (let next = outOfOrder.get(bank.length); next !== undefined; next = outOfOrder.get(bank.length)) {
      outOfOrder.delete(bank.length)
      bank.push(next)
    }
    queue.serve()
    pendingPrefills.resolve(level())
    growBank()
  }

  const onFailed = (reason: unknown) => {
    if (closed) return
    // The bank must have no gaps, so the next request asks again for every prime that is still missing
    requested = bank.length
    outOfOrder.clear()
    if (queue.length === 0) filling = false
    pendingPrefills.reject(reason)
    queue.rejectFirst(reason)
  }

  /** The coefficient of the pair with this index; computes those of the following pairs with it. */
  const coefficientAt = (index: number, earlier: number, prime: bigint, later: number): bigint | undefined => {
    if (index < batch.from || index >= batch.from + batch.values.length) {
      batch = {
        from: index,
        values: coefficients(prime, bank.slice(earlier, Math.min(later, earlier + coefficientBatchSize))),
      }
    }
    return batch.values[index - batch.from]
  }

  const queue = createKeyQueue({
    head() {
      const index = nextIndex()
      if (cachedHead?.index === index) return cachedHead.key
      const [earlier, later] = pairAt(index)
      const [earlierPrime, laterPrime] = [bank[earlier], bank[later]]
      if (earlierPrime === undefined || laterPrime === undefined) return undefined
      const qInv = coefficientAt(index, earlier, laterPrime, later)
      cachedHead = { index, key: combinePrimes(earlierPrime, laterPrime, qInv) }
      return cachedHead.key
    },
    consume() {
      used++
      cachedHead = undefined
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
      primes.close()
      bank.length = 0
      cachedHead = undefined
    },
  }
}

/** Number of pairs of `primeCount` primes. */
const pairsOf = (primeCount: number) => (primeCount * (primeCount - 1)) / 2

/** The smallest number of primes that has at least `pairs` pairs. */
const primesFor = (pairs: number) => (pairs === 0 ? 0 : Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2))

/** The pair with this index: (0, 1), (0, 2), (1, 2), (0, 3), … so that the first pairs need the fewest primes. */
function pairAt(index: number): [number, number] {
  const later = primesFor(index + 1) - 1
  return [index - pairsOf(later), later]
}
