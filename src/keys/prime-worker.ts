import { parentPort, workerData } from 'node:worker_threads'
import { seededBytes } from '../system/system.ts'
import { findPrime } from './primes.ts'

/** A worker thread of `prime-threads.ts`: it says that it has loaded, receives labels and answers each with its prime. */
const { seed, bits } = workerData as { readonly seed: string; readonly bits: number }

parentPort?.on('message', (label: readonly (string | number)[]) => {
  parentPort?.postMessage(findPrime(bits, seededBytes(seed, ['prime', bits, ...label])))
})
parentPort?.postMessage('loaded')
