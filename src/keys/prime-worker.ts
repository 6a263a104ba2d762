import { parentPort, workerData } from 'node:worker_threads'
import { seededBytes } from '../system/seeded-bytes.ts'
import { findPrime } from './primes.ts'

/** A thread that finds primes: labels come in, the prime of each goes out (see `prime-threads.ts`). */
const { seed, bits } = workerData as { readonly seed: string; readonly bits: number }

parentPort?.on('message', (label: readonly (string | number)[]) => {
  parentPort?.postMessage(findPrime(bits, seededBytes(seed, ['prime', bits, ...label])))
})
