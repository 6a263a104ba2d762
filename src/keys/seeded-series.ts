import { combinePrimes } from './combine-primes.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'
import { createKeyQueue, type KeyQueue } from './key-queue.ts'
import type { PrimeThreads } from './prime-threads.ts'

/** The keys of one account: its n-th successful create gets key n, which is derived from seed, account and n. */
export interface SeededSeries {
  /** The requests of this account that wait for a key. */
  readonly queue: KeyQueue
  /** Whether keys are being generated. */
  readonly isGenerating: boolean
  /** Counts how many of the next keys are ready, without a gap. Drops keys that a reset or an import has made useless. */
  level(): number
  /** Generates those of the next `count` keys that are missing, at most `parallel` at a time. Returns whether it started one. */
  generate(count: number, parallel: number): boolean
}

interface SeededSeriesOptions {
  readonly account: string
  readonly primes: Pick<PrimeThreads, 'prime'>
  /** Number of successful creates of an account. */
  readonly createCount: (account: string) => number
  /** Called when a request was queued or removed, and when a key has been generated or has failed. */
  onChange(): void
  /** Called before the first waiting request is rejected, because a key could not be generated. */
  onFailed(): void
}

/** Creates the series of one account; it has no keys until `generate` is called. */
export function createSeededSeries(options: SeededSeriesOptions): SeededSeries {
  const { account, primes, createCount, onChange, onFailed } = options
  const ready = new Map<number, RsaKeyPair>()
  const generating = new Set<number>()
  const nextOrdinal = () => createCount(account) + 1
  let headOrdinal = 0

  const level = () => {
    const first = nextOrdinal()
    let next = first
    while (ready.has(next)) next++
    for (const ordinal of ready.keys()) if (ordinal < first) ready.delete(ordinal)
    return next - first
  }

  const queue = createKeyQueue({
    head() {
      headOrdinal = nextOrdinal()
      return ready.get(headOrdinal)
    },
    consume: () => void ready.delete(headOrdinal),
    level,
    demand: onChange,
  })

  const generateKey = async (ordinal: number) => {
    generating.add(ordinal)
    const prime = (which: 'p' | 'q') => primes.prime([account, ordinal, which])
    try {
      const [p, q] = await Promise.all([prime('p'), prime('q')])
      ready.set(ordinal, combinePrimes(p, q))
      generating.delete(ordinal)
      queue.serve()
    } catch (reason) {
      generating.delete(ordinal)
      onFailed()
      queue.fail(reason)
    }
  }

  return {
    queue,
    get isGenerating() {
      return generating.size > 0
    },
    level,
    generate(count, parallel) {
      const first = nextOrdinal()
      let started = false
      for (let ordinal = first; ordinal < first + count && generating.size < parallel; ordinal++) {
        if (ready.has(ordinal) || generating.has(ordinal)) continue
        void generateKey(ordinal)
        started = true
      }
      return started
    },
  }
}
