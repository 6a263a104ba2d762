import { parentPort } from 'node:worker_threads'
import { createSystem, seededBytes } from '../system/system.ts'
import { findPrime } from './find-prime.ts'
import { createPrimeTest } from './prime-test.ts'

/** Where a prime comes from: the same seed, size and label give the same prime. */
export interface PrimeOrigin {
  readonly seed: string
  readonly label: readonly (string | number)[]
}

/** What a thread is asked for: a prime, random without an origin, or the key pair of two primes. */
export type KeyTask =
  | { readonly bits: number; readonly origin?: PrimeOrigin | undefined }
  | { readonly primes: readonly [bigint, bigint] }

const random = createSystem().random()
const { isPrime, isFast } = createPrimeTest(random)

/** Not before the first prime is found, because node-forge takes as long to load as a prime to find. */
const loadBuilder = () => import('./build-key-pair.ts')

async function perform(task: KeyTask) {
  if ('primes' in task) return (await loadBuilder()).buildKeyPair(task.primes)
  const { bits, origin } = task
  if (!origin) return findPrime(bits, 2048, random, isPrime)
  // The window is part of what the seed determines
  return findPrime(bits, 8192, seededBytes(origin.seed, ['prime', bits, ...origin.label]), isPrime)
}

/** A worker thread of `key-threads.ts`: it says that it has loaded, and answers each task. */
parentPort?.on('message', async (task: KeyTask) => {
  parentPort?.postMessage(await perform(task))
  // While other threads search for the other prime. Who builds the key hears of a failure
  await loadBuilder().catch(() => {})
})
parentPort?.postMessage({ isFast })
