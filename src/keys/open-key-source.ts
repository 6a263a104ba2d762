import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'
import { createKeySeries, type KeySeries } from './key-series.ts'
import type { KeySource } from './key-source.ts'
import { freshKeys, seededKeys } from './key-supply.ts'
import type { KeyThreads } from './key-threads.ts'

interface KeySourceOptions {
  /** Without a seed keys are random. */
  readonly seed: string | undefined
  readonly keyBits: number
  /** Number of keys to keep ready for the account that was used last. */
  readonly poolSize: number
  /** Number of successful creates of an account. */
  readonly createCount: (account: string) => number
  /** The account whose keys are made before its first request, and for `prefill`. */
  readonly firstAccount: string
  readonly threads: Pick<KeyThreads, 'count' | 'hurry' | 'isHurrying' | 'prime' | 'build'>
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/** Number of accounts whose keys are kept. */
const maxSeries = 8

/**
 * Creates the source of keys. While somebody waits, all threads search for primes. While the emulator is idle, the next keys
 * of the account that was used last are made, one prime at a time.
 */
export function openKeySource(options: KeySourceOptions): KeySource {
  const { seed, keyBits, poolSize, createCount, firstAccount, threads, activity } = options
  const supply = seed === undefined ? freshKeys(threads, keyBits) : seededKeys(threads, keyBits, seed, createCount)
  /** By name, the series used last at the end. */
  const allSeries = new Map<string, KeySeries>()
  let closed = false

  const makeForDemand = (series: KeySeries, count: number): Promise<void> => {
    const made = series.make(count, threads.count)
    threads.hurry()
    return made
  }

  const makeWhenIdle = () => {
    const all = [...allSeries.values()]
    if (closed || !activity.idle || all.some(({ isMaking }) => isMaking())) return
    // Those who wait are told of a failure; the next request or idle moment starts it again
    const last = all.at(-1)
    last?.make(poolSize, 1).catch(() => {})
  }

  const createSeries = (name: string): KeySeries => {
    const series = createKeySeries({
      makeKey: (ordinal) => supply.makeKey(name, ordinal),
      nextOrdinal: () => supply.nextOrdinal(name),
      onUsed: supply.onUsed,
      onChange() {
        if (!closed && series.demand() > 0) makeForDemand(series, series.demand()).catch(() => {})
        makeWhenIdle()
      },
    })
    return series
  }

  /** Returns the series of an account. Drops the keys of accounts that were not used for long; they can be made again. */
  const useSeries = (account: string): KeySeries => {
    if (closed) throw new ShuttingDown()
    const name = supply.seriesOf(account)
    const series = allSeries.get(name) ?? createSeries(name)
    allSeries.delete(name)
    allSeries.set(name, series)
    for (const [other, { demand, isMaking }] of allSeries) {
      if (allSeries.size <= maxSeries || other === name) break
      if (demand() === 0 && !isMaking()) allSeries.delete(other)
    }
    return series
  }

  useSeries(firstAccount)
  makeWhenIdle()
  activity.onIdle(makeWhenIdle)

  return {
    name: supply.name,
    get level() {
      return closed ? 0 : [...allSeries.values()].reduce((sum, { level }) => sum + level(), 0)
    },
    next: (request) => (closed ? Promise.reject(new ShuttingDown()) : useSeries(request.account).next(request)),
    async prefill(count) {
      for (let series = useSeries(firstAccount); series.level() < count; series = useSeries(firstAccount)) {
        await makeForDemand(series, count)
      }
    },
    close() {
      closed = true
      for (const series of allSeries.values()) series.close()
    },
  }
}
