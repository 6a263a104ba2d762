import type { Activity } from '../system/activity.ts'
import { coefficients, combinePrimes } from './combine-primes.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import type { PrimeThreads } from './prime-threads.ts'
import { createRefill } from './refill.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** So many keys can be had at rest: what 256 primes give. */
const atRest = 32_640

/** So many coefficients are worked out together: few enough not to hold the event loop. */
const batchSize = 16

interface RecombinedKeysOptions {
  readonly primes: PrimeThreads
  /** How many creates have succeeded in all, where keys are to be repeatable; else this source counts its own. */
  readonly createCount?: (() => number) | undefined
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/**
 * Keys for load tests: each is the product of two primes of a bank, and no two primes meet twice. The bank grows while
 * nobody is served, until 256 primes give 32,640 keys, and further as they are used; when it is exhausted, callers
 * wait for new primes.
 */
export function createRecombinedKeys({ primes, createCount, activity }: RecombinedKeysOptions): KeySource {
  const bank: bigint[] = []
  /** By number: primes that were found before those that come first. */
  const found = new Map<number, bigint>()
  const prefills = createRefill()
  let asked = 0
  let used = 0
  let filling = false
  let closed = false
  let batch: { readonly from: number; readonly values: readonly bigint[] } = { from: 0, values: [] }
  let offered: { readonly index: number; readonly key: RsaKeyPair } | undefined

  const next = createCount ?? (() => used)
  const level = () => Math.max(0, pairsOf(bank.length) - next())
  const making = () => asked - bank.length - found.size

  const askUpTo = (primeCount: number, atOnce: number) => {
    while (!closed && asked < primeCount && making() < atOnce) {
      const number = asked++
      primes.prime(['bank', number]).then((prime) => add(number, prime), failed)
    }
  }

  const work = () => {
    if (closed) return
    const needed = Math.max(line.length, prefills.count)
    askUpTo(primesFor(next() + needed), primes.threads)
    if (needed === 0 && filling && activity.idle) askUpTo(primesFor(next() + atRest), 1)
  }

  const add = (number: number, prime: bigint) => {
    // After a failure it may have been asked for twice
    if (number >= bank.length) found.set(number, prime)
    for (let one = found.get(bank.length); one !== undefined; one = found.get(bank.length)) {
      found.delete(bank.length)
      bank.push(one)
    }
    line.advance()
    prefills.reached(level())
    work()
  }

  const failed = (reason: unknown) => {
    if (closed) return
    // The bank has no gaps, hence all that is under way is asked for again, by the next who needs it
    asked = bank.length
    found.clear()
    if (line.length === 0) filling = false
    prefills.fail(reason)
    line.fail(reason)
  }

  /** The coefficient of the pair of this index, from a batch of those that come next. */
  const coefficientAt = (index: number, earlier: number, prime: bigint, later: number): bigint | undefined => {
    if (index < batch.from || index >= batch.from + batch.values.length) {
      batch = { from: index, values: coefficients(prime, bank.slice(earlier, Math.min(later, earlier + batchSize))) }
    }
    return batch.values[index - batch.from]
  }

  const line = createKeyQueue({
    peek() {
      const index = next()
      if (offered?.index === index) return offered.key
      const [earlier, later] = pairAt(index)
      const [one, other] = [bank[earlier], bank[later]]
      if (one === undefined || other === undefined) return undefined
      offered = { index, key: combinePrimes(one, other, coefficientAt(index, earlier, other, later)) }
      return offered.key
    },
    taken() {
      used++
      offered = undefined
    },
    want: work,
  })
  activity.onIdle(work)

  return {
    name: 'recombined',
    get level() {
      return closed ? 0 : level()
    },
    next(request) {
      filling = true
      return line.join(request)
    },
    prefill(count) {
      const filled = prefills.until(count)
      if (!closed) prefills.reached(level())
      work()
      return filled
    },
    fill() {
      filling = true
      work()
    },
    close() {
      closed = true
      line.close()
      prefills.close()
      primes.close()
      bank.length = 0
      offered = undefined
    },
  }
}

/** How many pairs so many primes have. */
const pairsOf = (primeCount: number) => (primeCount * (primeCount - 1)) / 2

/** The least number of primes that has so many pairs. */
const primesFor = (pairs: number) => (pairs === 0 ? 0 : Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2))

/** The pair of this index, from 0: (0, 1), (0, 2), (1, 2), (0, 3), … so that the first ones need the fewest primes. */
function pairAt(index: number): [number, number] {
  const later = primesFor(index + 1) - 1
  return [index - pairsOf(later), later]
}
