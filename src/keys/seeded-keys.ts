import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'
import type { KeySource } from './key-source.ts'
import { createPendingPrefills } from './pending-prefills.ts'
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
  const pendingPrefills = createPendingPrefills()
  let filling = false
  let closed = false

  const level = () => cache.lastUsedFirst().reduce((sum, series) => sum + series.level(), 0)
  const resolvePrefills = () => pendingPrefills.resolve(cache.find(firstAccount)?.level() ?? 0)

  const generateDemanded = (series: SeededSeries) => {
    if (closed) return
    const prefillCount = series.account === firstAccount ? pendingPrefills.maxCount : 0
    series.generate(Math.max(series.queue.length, prefillCount), primes.threads)
    generateWhenIdle()
  }

  const generateWhenIdle = () => {
    if (closed || !filling || !activity.idle || level() >= poolSize) return
    const allSeries = cache.lastUsedFirst()
    if (allSeries.some(({ isGenerating }) => isGenerating)) return
    for (const series of allSeries) if (series.generate(idleTarget, 1)) return
  }

  const createSeries = (account: string): SeededSeries => {
    const series = createSeededSeries({
      account,
      primes,
      createCount,
      onChange: () => generateDemanded(series),
      onReady: resolvePrefills,
      onFailed(reason) {
        // With no request to report the failure to, filling stops; the next request starts it again
        if (series.queue.length === 0) filling = false
        pendingPrefills.reject(reason)
      },
    })
    return series
  }

  const cache = createSeriesCache(poolSize + 1, createSeries)
  activity.onIdle(generateWhenIdle)

  return {
    name: 'seeded',
    get level() {
      return closed ? 0 : level()
    },
    next(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      filling = true
      return cache.use(request.account).queue.join(request)
    },
    prefill(count) {
      if (closed) return Promise.reject(new ShuttingDown())
      const filled = pendingPrefills.add(count)
      const series = cache.use(firstAccount)
      resolvePrefills()
      generateDemanded(series)
      return filled
    },
    fill() {
      filling = true
      cache.use(firstAccount)
      generateWhenIdle()
    },
    close() {
      closed = true
      cache.close()
      pendingPrefills.close()
      primes.close()
    },
  }
}

/** Keeps the series of the accounts used last; dropped keys can be generated again. */
function createSeriesCache(maxSize: number, create: (account: string) => SeededSeries) {
  /** By account; the account used last comes last. */
  const byAccount = new Map<string, SeededSeries>()
  return {
    find: (account: string) => byAccount.get(account),
    lastUsedFirst: () => [...byAccount.values()].reverse(),
    /** Returns the series of an account, creates it if necessary, and marks it as used last. */
    use(account: string): SeededSeries {
      const series = byAccount.get(account) ?? create(account)
      byAccount.delete(account)
      byAccount.set(account, series)
      for (const [name, { queue, isGenerating }] of byAccount) {
        if (byAccount.size <= maxSize) break
        if (queue.length === 0 && !isGenerating) byAccount.delete(name)
      }
      return series
    },
    close() {
      for (const series of byAccount.values()) series.close()
      byAccount.clear()
    },
  }
}
