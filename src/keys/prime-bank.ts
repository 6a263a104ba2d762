import type { PrimeThreads } from './prime-threads.ts'

/** A list of primes that grows without gaps. */
export interface PrimeBank {
  /** The primes found so far. */
  readonly primes: readonly bigint[]
  /** Searches for more primes until there are `size`, at most `parallel` at the same time. */
  grow(size: number, parallel: number): void
  close(): void
}

interface PrimeBankOptions {
  readonly threads: PrimeThreads
  /** Called when a prime was found. */
  onFound(): void
  /** Called when a search failed; the next call of `grow` starts it again. */
  onFailed(reason: unknown): void
}

/** Creates an empty bank. */
export function createPrimeBank({ threads, onFound, onFailed }: PrimeBankOptions): PrimeBank {
  const primes: bigint[] = []
  /** By index: primes found before their predecessors. */
  const outOfOrder = new Map<number, bigint>()
  let requested = 0
  let closed = false

  const add = (index: number, prime: bigint) => {
    if (closed) return
    // After a failure a prime may have been requested twice
    if (index >= primes.length) outOfOrder.set(index, prime)
    for (let next = outOfOrder.get(primes.length); next !== undefined; next = outOfOrder.get(primes.length)) {
      outOfOrder.delete(primes.length)
      primes.push(next)
    }
    onFound()
  }

  const fail = (reason: unknown) => {
    if (closed) return
    // The list must have no gaps, so the next call of `grow` requests every missing prime again
    requested = primes.length
    outOfOrder.clear()
    onFailed(reason)
  }

  return {
    primes,
    grow(size, parallel) {
      while (!closed && requested < size && requested - primes.length - outOfOrder.size < parallel) {
        const index = requested++
        threads.prime(['bank', index]).then((prime) => add(index, prime), fail)
      }
    },
    close() {
      closed = true
      threads.close()
      primes.length = 0
      outOfOrder.clear()
    },
  }
}
