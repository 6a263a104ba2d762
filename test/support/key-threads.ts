import type { KeyThreads } from '../../src/keys/key-threads.ts'

/** Threads whose searches end when the test says so. The keys are called `key 1`, `key 2`, …, as they are built. */
export function keyThreads(count = 2) {
  const searches: { urgent: boolean; find(): void; fail(): void }[] = []
  let built = 0
  const threads: Omit<KeyThreads, 'close' | 'slow'> = {
    count,
    isHurrying: () => searches.some(({ urgent }) => urgent),
    hurry() {
      for (const search of searches) search.urgent = true
    },
    prime: () =>
      new Promise((resolve, reject) => {
        searches.push({ urgent: false, find: () => resolve(3n), fail: () => reject(new Error('no prime')) })
      }),
    async build() {
      const name = `key ${++built}`
      return { privateKey: name, publicKey: name }
    },
  }
  const settle = async (how: 'find' | 'fail') => {
    const search = searches.shift()
    if (!search) throw new Error('no prime is searched for')
    search[how]()
    await new Promise(setImmediate)
  }
  /** Ends the searches that `keys` keys need. */
  const finish = async (keys: number) => {
    for (let primes = 2 * keys; primes > 0; primes--) await settle('find')
  }
  return { threads, settle, finish, searching: () => searches.length, built: () => built }
}
