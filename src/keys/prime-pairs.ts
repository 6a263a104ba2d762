import { coefficients, combinePrimes } from './combine-primes.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'

/** Number of coefficients that are computed together, small enough not to block the event loop. */
const coefficientBatchSize = 16

/**
 * Returns a function that gives the key of the pair with an index, or undefined when a prime of it is not in the list yet.
 * The list may grow.
 */
export function createPrimePairs(primes: readonly bigint[]): (index: number) => RsaKeyPair | undefined {
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
export const pairCount = (primeCount: number): number => (primeCount * (primeCount - 1)) / 2

/** The smallest number of primes that has at least `pairs` pairs. */
export const primeCountFor = (pairs: number): number =>
  pairs === 0 ? 0 : Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2)

/** The pair with this index: (0, 1), (0, 2), (1, 2), (0, 3), … so that the first pairs need the fewest primes. */
function pairAt(index: number): [earlier: number, later: number] {
  const later = primeCountFor(index + 1) - 1
  return [index - pairCount(later), later]
}
