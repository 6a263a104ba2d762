import { coefficients, combinePrimes } from './combine-primes.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** Number of coefficients that are computed together, small enough not to block the event loop. */
const coefficientBatchSize = 16

/** The keys of all pairs of primes from a list that may grow. */
export interface PrimePairs {
  /** Returns the key of the pair with this index, or undefined when a prime of it is not in the list yet. */
  keyAt(index: number): RsaKeyPair | undefined
  /** Removes the last key from the cache. */
  clearCache(): void
}

/** Creates the pairs of `primes`; the list may grow later. */
export function createPrimePairs(primes: readonly bigint[]): PrimePairs {
  let batch: { readonly from: number; readonly values: readonly bigint[] } = { from: 0, values: [] }
  let cached: { readonly index: number; readonly key: RsaKeyPair } | undefined

  /** The coefficient of the pair with this index; computes those of the following pairs with it. */
  const coefficientAt = (index: number, earlier: number, prime: bigint, later: number): bigint | undefined => {
    if (index < batch.from || index >= batch.from + batch.values.length) {
      const others = primes.slice(earlier, Math.min(later, earlier + coefficientBatchSize))
      batch = { from: index, values: coefficients(prime, others) }
    }
    return batch.values[index - batch.from]
  }

  return {
    keyAt(index) {
      if (cached?.index === index) return cached.key
      const [earlier, later] = pairAt(index)
      const [earlierPrime, laterPrime] = [primes[earlier], primes[later]]
      if (earlierPrime === undefined || laterPrime === undefined) return undefined
      const qInv = coefficientAt(index, earlier, laterPrime, later)
      cached = { index, key: combinePrimes(earlierPrime, laterPrime, qInv) }
      return cached.key
    },
    clearCache() {
      cached = undefined
    },
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
