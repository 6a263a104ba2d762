import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'
import type { KeySource } from './key-source.ts'
import type { PrimeThreads } from './prime-threads.ts'
import { createSeededSeries, type SeededSeries } from './seeded-series.ts'

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
  const { primes, createCount, poolSize, firstAccount, activity } = options
  /** By account, the account used last at the end. */
  const seriesByAccount = new Map<string, SeededSeries>()
  let filling = false
  let closed = false

  const lastUsedFirst = () => [...seriesByAccount.values()].reverse()
  const level = () => lastUsedFirst().reduce((sum, series) => sum + series.level(), 0)

  const generateDemanded = (series: SeededSeries) => {
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

  const createSeries = (account: string): SeededSeries => {
    const series = createSeededSeries({
      account,
      primes,
      createCount,
      onChange: () => generateDemanded(series),
      onFailed() {
        // With no request to report the failure to, filling stops; the next request starts it again
        if (series.queue.length === 0) filling = false
      },
    })
    return series
  }

  /**
   * Returns the series of an account, and marks it as used last. Drops series of accounts that were not used for long; their
   * keys can be generated again.
   */
  const useSeries = (account: string): SeededSeries => {
    const series = seriesByAccount.get(account) ?? createSeries(account)
    seriesByAccount.delete(account)
    seriesByAccount.set(account, series)
    for (const [name, { queue, isGenerating }] of seriesByAccount) {
      if (seriesByAccount.size <= poolSize + 1) break
      if (queue.length === 0 && !isGenerating) seriesByAccount.delete(name)
    }
    return series
  }
  activity.onIdle(generateWhenIdle)

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
      primes.close()
    },
  }
}
