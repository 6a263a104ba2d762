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

/** For random primes. For those of a seed it is a part of what the seed determines. */
const windowSize = 2048
const seededWindowSize = 8192

const random = createSystem().random()
const { isPrime, isFast } = createPrimeTest(random)

async function perform(task: KeyTask) {
  // Loaded when it is needed, so that the first prime is found sooner
  if ('primes' in task) return (await import('./build-key-pair.ts')).buildKeyPair(task.primes)
  const { bits, origin } = task
  if (!origin) return findPrime(bits, windowSize, random, isPrime)
  return findPrime(bits, seededWindowSize, seededBytes(origin.seed, ['prime', bits, ...origin.label]), isPrime)
}

/** A worker thread of `key-threads.ts`: it says that it has loaded, and answers each task. */
parentPort?.on('message', async (task: KeyTask) => parentPort?.postMessage(await perform(task)))
parentPort?.postMessage({ isFast })
