import type { KeyThreads } from '../keys/key-threads.ts'
import type { MakePublicKeys } from './read-fixture.ts'

/** What makes the keys that a document describes by a seed. */
export interface SeededKeys {
  readonly threads: Pick<KeyThreads, 'prime' | 'build' | 'hurry' | 'count'>
  readonly keyBits: number
}

/**
 * Creates the function that makes public keys. A few are made at a time, so that creates and other imports have their turns.
 * It rejects with the reason of `gone` as soon as nobody waits for them.
 */
export const publicKeyMaker =
  ({ threads, keyBits }: SeededKeys, gone?: AbortSignal): MakePublicKeys =>
  async (seeds) => {
    const keys = new Map<string, string>()
    const rest = seeds.values()
    const makeInTurn = async () => {
      for (const seed of rest) {
        const prime = (which: 'p' | 'q') => threads.prime(keyBits / 2, { seed: 'fixture', label: [seed, which] }, gone)
        const primes = Promise.all([prime('p'), prime('q')])
        threads.hurry()
        keys.set(seed, (await threads.build(await primes)).publicKey)
      }
    }
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(gone?.reason)
    if (gone?.aborted) leave()
    gone?.addEventListener('abort', leave, { once: true })
    await Promise.race([left.promise, Promise.all(Array.from({ length: threads.count }, makeInTurn))])
    return keys
  }
