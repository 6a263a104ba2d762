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
  const { keySource, keyBits, poolSize, seed, createCount, firstAccount, activity, system } = options
  const threads = availableParallelism()
  const primes = () => createPrimeThreads({ seed: seed ?? randomSeed(system), bits: keyBits / 2, threads })
  switch (keySource) {
    case 'fresh':
      return createFreshKeys({
        generate: () => generateRsaKeyPair(keyBits),
        poolSize,
        // One more than there are cores, so that none waits while the event loop reads a result
        parallel: threads + 1,
        activity,
      })
    case 'seeded':
      return createSeededKeys({
        primes: primes(),
        createCount,
        poolSize,
        firstAccount,
        activity,
      })
    case 'recombined':
      return createRecombinedKeys({
        primes: primes(),
        createCount: seed === undefined ? undefined : () => createCount(),
        activity,
      })
  }
}

const randomSeed = (system: System) => Buffer.from(system.random('primes')(32)).toString('hex')
