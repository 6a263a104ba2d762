import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'
import { combinePrimes } from './combine-primes.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import type { PrimeThreads } from './prime-threads.ts'

/** Number of keys kept ready for each of the accounts used last. */
const idleTarget = 4

interface SeededKeysOptions {
  readonly primes: PrimeThreads
  /** Number of successful creates of an account. */
  readonly createCount: (account: string) => number
  /** Maximum number of keys to keep ready, over all accounts. */
  readonly poolSize: number
  /** The account whose keys are generated before its first request, and for `prefill`. */
  readonly firstAccount: string
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/**
 * Creates a source of repeatable keys: the same seed, account and ordinal always give the same key. The two primes of each
 * key are found on worker threads. While the emulator is idle, the next keys of the accounts used last are generated.
 */
export function createSeededKeys(options: SeededKeysOptions): KeySource {
  const { primes, poolSize, firstAccount, activity } = options
  /** By account, the account used last at the end. */
  const seriesByAccount = new Map<string, KeySeries>()
  let filling = false
  let closed = false

  const lastUsedFirst = () => [...seriesByAccount.values()].reverse()
  const level = () => lastUsedFirst().reduce((sum, series) => sum + series.level(), 0)

  const generateDemanded = (series: KeySeries) => {
    if (closed) return
    series.generate(Math.max(series.queue.length, series.queue.prefillCount), primes.threads)
    generateWhenIdle()
  }

  const generateWhenIdle = () => {
    if (closed || !filling || !activity.idle || level() >= poolSize) return
    const allSeries = lastUsedFirst()
    if (allSeries.some(({ isGenerating }) => isGenerating)) return
    for (const series of allSeries) if (series.generate(idleTarget, 1)) return
  }

  const createSeries = (account: string): KeySeries => {
    const onFailed = () => {
      // With no request to report the failure to, filling stops; the next request starts it again
      if (series.queue.length === 0) filling = false
    }
    const series = createKeySeries(account, options, () => generateDemanded(series), onFailed)
    return series
  }

  /**
   * Returns the series of an account, and marks it as used last. Drops series of accounts that were not used for long; their
   * keys can be generated again.
   */
  const useSeries = (account: string): KeySeries => {
    const series = seriesByAccount.get(account) ?? createSeries(account)
    seriesByAccount.delete(account)
    seriesByAccount.set(account, series)
    for (const [name, { queue, isGenerating }] of seriesByAccount) {
      if (seriesByAccount.size <= poolSize + 1) break
      if (queue.length === 0 && !isGenerating) seriesByAccount.delete(name)
    }
    return series
  }
  activity.onIdle(() => {
    try {
      generateWhenIdle()
    } catch {
      // The database could not be read. The next request reports it, and starts filling again
      filling = false
    }
  })

  return {
    name: 'seeded',
    get level() {
      return closed ? 0 : level()
    },
    next(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      filling = true
      return useSeries(request.account).queue.join(request)
    },
    async prefill(count) {
      if (closed) throw new ShuttingDown()
      return useSeries(firstAccount).queue.prefill(count)
    },
    fill() {
      filling = true
      useSeries(firstAccount)
      generateWhenIdle()
    },
    close() {
      closed = true
      for (const { queue } of seriesByAccount.values()) queue.close()
      seriesByAccount.clear()
      return primes.close()
    },
  }
}

type KeySeries = ReturnType<typeof createKeySeries>

/**
 * Creates the keys of one account: its n-th successful create gets key n, which is derived from seed, account and n. There
 * are none until `generate` is called. `onChange` is called when a request was queued or removed, and when a key has been
 * generated or has failed; `onFailed` before the first waiting request is rejected because of that.
 */
function createKeySeries(
  account: string,
  { primes, createCount }: SeededKeysOptions,
  onChange: () => void,
  onFailed: () => void,
) {
  const ready = new Map<number, RsaKeyPair>()
  const generating = new Set<number>()
  const nextOrdinal = () => createCount(account) + 1
  let headOrdinal = 0

  /** Counts how many of the next keys are ready, without a gap. Drops keys that a reset or an import has made useless. */
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
    /** The requests of this account that wait for a key. */
    queue,
    /** Whether keys are being generated. */
    get isGenerating() {
      return generating.size > 0
    },
    level,
    /** Generates those of the next `count` keys that are missing, at most `parallel` at a time. Returns whether it started one. */
    generate(count: number, parallel: number): boolean {
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
