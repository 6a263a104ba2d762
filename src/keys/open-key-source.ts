import { availableParallelism } from 'node:os'
import type { Activity } from '../system/activity.ts'
import type { System } from '../system/system.ts'
import { generateRsaKeyPair } from './forge-keys.ts'
import { createFreshKeys } from './fresh-keys.ts'
import type { KeySource, KeySourceName } from './key-source.ts'
import { createPrimeThreads } from './prime-threads.ts'
import { createRecombinedKeys } from './recombined-keys.ts'
import { createSeededKeys } from './seeded-keys.ts'

interface KeySourceOptions {
  readonly keySource: KeySourceName
  readonly keyBits: number
  readonly poolSize: number
  readonly seed: string | undefined
  /** Number of successful creates: of one account, or of all accounts. */
  readonly createCount: (account?: string) => number
  /** The account whose keys are generated before its first request. */
  readonly firstAccount: string
  readonly activity: Activity
  readonly system: System
}

/** Creates the key source that `--key-source` selects. */
export function openKeySource(options: KeySourceOptions): KeySource {
  const { keySource, keyBits, seed, createCount, system } = options
  const threads = availableParallelism()
  const createPrimes = () => createPrimeThreads({ seed: seed ?? randomSeed(system), bits: keyBits / 2, threads })
  switch (keySource) {
    case 'fresh':
      // One thread more than there are cores, so that none waits while the event loop reads a result
      return createFreshKeys({ ...options, generate: () => generateRsaKeyPair(keyBits), parallel: threads + 1 })
    case 'seeded':
      return createSeededKeys({ ...options, primes: createPrimes() })
    case 'recombined':
      return createRecombinedKeys({
        ...options,
        primes: createPrimes(),
        createCount: seed === undefined ? undefined : () => createCount(),
      })
  }
}

const randomSeed = (system: System) => Buffer.from(system.random('primes')(32)).toString('hex')
