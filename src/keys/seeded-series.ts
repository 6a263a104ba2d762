import { combinePrimes } from './combine-primes.ts'
import { createKeyQueue, type KeyQueue } from './key-queue.ts'
import type { PrimeThreads } from './prime-threads.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** The keys of one account: its n-th successful create gets key n, which is derived from seed, account and n. */
export interface SeededSeries {
  readonly account: string
  /** The requests of this account that wait for a key. */
  readonly queue: KeyQueue
  /** Whether keys are being generated. */
  readonly isGenerating: boolean
  /** Counts how many of the next keys are ready, without a gap. Drops keys that a reset or an import has made useless. */
  level(): number
  /** Generates those of the next `count` keys that are missing, at most `parallel` at a time. Returns whether it started one. */
  generate(count: number, parallel: number): boolean
  close(): void
}

interface SeededSeriesOptions {
  readonly account: string
  readonly primes: Pick<PrimeThreads, 'prime'>
  /** Number of successful creates of an account. */
  readonly createCount: (account: string) => number
  /** Called when a request was queued or removed, and when a key has been generated or has failed. */
  onChange(): void
  /** Called when another key is ready. */
  onReady(): void
  /** Called before the first waiting request is rejected with the same reason. */
  onFailed(reason: unknown): void
}

/** Creates the series of one account; it has no keys until `generate` is called. */
export function createSeededSeries(options: SeededSeriesOptions): SeededSeries {
  const { account, primes, createCount, onChange, onReady, onFailed } = options
  const ready = new Map<number, RsaKeyPair>()
  const generating = new Set<number>()
  const nextOrdinal = () => createCount(account) + 1
  let headOrdinal = 0
  let closed = false

  const queue = createKeyQueue({
    head() {
      headOrdinal = nextOrdinal()
      return ready.get(headOrdinal)
    },
    consume: () => void ready.delete(headOrdinal),
    demand: onChange,
  })

  const generateKey = (ordinal: number) => {
    generating.add(ordinal)
    const prime = (which: 'p' | 'q') => primes.prime([account, ordinal, which])
    Promise.all([prime('p'), prime('q')])
      .then(
        ([p, q]) => {
          generating.delete(ordinal)
          if (closed) return
          ready.set(ordinal, combinePrimes(p, q))
          queue.serve()
          onReady()
        },
        (reason: unknown) => {
          generating.delete(ordinal)
          onFailed(reason)
          queue.rejectFirst(reason)
        },
      )
      .finally(onChange)
  }

  return {
    account,
    queue,
    get isGenerating() {
      return generating.size > 0
    },
    level() {
      const first = nextOrdinal()
      let next = first
      while (ready.has(next)) next++
      for (const ordinal of ready.keys()) if (ordinal < first) ready.delete(ordinal)
      return next - first
    },
    generate(count, parallel) {
      const first = nextOrdinal()
      let started = false
      for (let ordinal = first; ordinal < first + count && generating.size < parallel; ordinal++) {
        if (ready.has(ordinal) || generating.has(ordinal)) continue
        generateKey(ordinal)
        started = true
      }
      return started
    },
    close() {
      closed = true
      queue.close()
    },
  }
}
