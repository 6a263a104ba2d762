import type { KeyThreads } from './key-threads.ts'

type Threads = Pick<KeyThreads, 'prime' | 'build' | 'isHurrying'>

/** Makes a random key for somebody who waits for it. */
export async function makeKeyPair(threads: Threads & Pick<KeyThreads, 'hurry'>, bits: number) {
  const primes = Promise.all([threads.prime(bits / 2), threads.prime(bits / 2)])
  threads.hurry()
  return threads.build(await primes)
}

/** Random keys: all accounts share one series. */
export function freshKeys(threads: Threads, keyBits: number) {
  const takePrime = createPrimeStock(threads, keyBits / 2)
  let used = 0
  return {
    name: 'fresh' as const,
    seriesOf: () => '',
    makeKey: async () => threads.build(await Promise.all([takePrime(), takePrime()])),
    nextOrdinal: () => used,
    onUsed: () => void used++,
  }
}

/** Repeatable keys: the same seed, account and number of the create always give the same key. */
export function seededKeys(threads: Threads, keyBits: number, seed: string, createCount: (account: string) => number) {
  const prime = (...label: (string | number)[]) => threads.prime(keyBits / 2, { seed, label })
  return {
    name: 'seeded' as const,
    seriesOf: (account: string) => account,
    makeKey: async (account: string, ordinal: number) =>
      threads.build(await Promise.all([prime(account, ordinal, 'p'), prime(account, ordinal, 'q')])),
    nextOrdinal: (account: string) => createCount(account) + 1,
    onUsed: () => {},
  }
}

/**
 * Returns a function that takes a random prime. In a hurry, each that is found begins one more search than is waited for: of
 * three searches the first two end much sooner than of two searches both, and the third serves the next key.
 */
function createPrimeStock(threads: Threads, bits: number): () => Promise<bigint> {
  type Found = { readonly search: Promise<Found> } & ({ readonly prime: bigint } | { readonly error: unknown })
  const searches = new Set<Promise<Found>>()
  let takers = 0

  const begin = () => {
    const search: Promise<Found> = threads.prime(bits).then(
      (prime) => ({ search, prime }),
      (error: unknown) => ({ search, error }),
    )
    searches.add(search)
  }

  return async () => {
    takers++
    try {
      for (;;) {
        while (searches.size < takers + (threads.isHurrying() ? 1 : 0)) begin()
        const found = await Promise.race(searches)
        // Another taker may have been faster
        if (!searches.delete(found.search)) continue
        if ('error' in found) throw found.error
        return found.prime
      }
    } finally {
      takers--
    }
  }
}
