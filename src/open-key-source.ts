import { availableParallelism } from 'node:os'
import { defaultAccount } from './accounts.ts'
import type { Activity } from './activity.ts'
import { generateRsaKeyPair } from './keys/forge-keys.ts'
import { createFreshKeys } from './keys/fresh-keys.ts'
import type { KeySource } from './keys/key-source.ts'
import { createPrimeThreads } from './keys/prime-threads.ts'
import { createRecombinedKeys } from './keys/recombined-keys.ts'
import { createSeededKeys } from './keys/seeded-keys.ts'
import { OperatorError } from './operator-error.ts'
import type { Config } from './options.ts'
import type { Store } from './store/store.ts'
import type { System } from './system.ts'

interface Surroundings {
  readonly store: Pick<Store, 'createCount'>
  readonly activity: Activity
  readonly system: System
}

/** OperatorError when seed and key source do not go together. */
export function refuseSeed({ keySource, seed }: Config): void {
  if (keySource === 'seeded' && seed === undefined) {
    throw new OperatorError('--key-source seeded: give --seed TEXT too, from which the keys follow.')
  }
  if (keySource === 'fresh' && seed !== undefined) {
    throw new OperatorError('--seed: fresh keys cannot be repeated; give --key-source seeded, or recombined, too.')
  }
}

/** The key source that the options name. */
export function openKeySource(config: Config, { store, activity, system }: Surroundings): KeySource {
  const { keySource, keyBits, poolSize, seed } = config
  const threads = availableParallelism()
  const primes = () => createPrimeThreads({ seed: seed ?? randomSeed(system), bits: keyBits / 2, threads })
  switch (keySource) {
    case 'fresh':
      return createFreshKeys({
        generate: () => generateRsaKeyPair(keyBits),
        poolSize,
        // One more than can be made at once, so that no core waits while a result is read on the event loop
        parallel: threads + 1,
        activity,
      })
    case 'seeded':
      return createSeededKeys({
        primes: primes(),
        createCount: store.createCount,
        poolSize,
        firstAccount: defaultAccount,
        activity,
      })
    case 'recombined':
      return createRecombinedKeys({
        primes: primes(),
        createCount: seed === undefined ? undefined : () => store.createCount(),
        activity,
      })
  }
}

const randomSeed = (system: System) => Buffer.from(system.random('primes')(32)).toString('hex')
