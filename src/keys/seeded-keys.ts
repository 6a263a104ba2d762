import type { Activity } from '../system/activity.ts'
import { ShuttingDown } from '../system/errors.ts'
import { combinePrimes } from './combine-primes.ts'
import { createKeyQueue, type KeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import type { PrimeThreads } from './prime-threads.ts'
import { createRefill } from './refill.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** How many keys each of the accounts used last has ready. */
const aheadEach = 4

interface SeededKeysOptions {
  readonly primes: PrimeThreads
  /** How many creates of an account have succeeded. */
  readonly createCount: (account: string) => number
  /** How many keys to keep ready at most. */
  readonly poolSize: number
  /** The account that is thought to be the first to ask. */
  readonly firstAccount: string
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/** The keys of one account: the n-th successful create gets key n, which follows from seed, account and n. */
interface Series {
  readonly account: string
  readonly line: KeyQueue
  readonly ready: Map<number, RsaKeyPair>
  readonly making: Set<number>
}

/**
 * Keys that repeat: the same seed, account and ordinal give the same key whatever else happens. Each is made of two
 * primes, found on threads of their own; while nobody is served, the next ones of the accounts used last.
 */
export function createSeededKeys(options: SeededKeysOptions): KeySource {
  const { primes, createCount, poolSize, firstAccount, activity } = options
  const prefills = createRefill()
  // The one used last comes last
  const all = new Map<string, Series>()
  let filling = false

  let closed = false

  /** How many of the next keys of an account are ready; an import or a reset may have left others behind. */
  const levelOf = ({ account, ready }: Series): number => {
    const first = createCount(account) + 1
    let next = first
    while (ready.has(next)) next++
    for (const ordinal of ready.keys()) if (ordinal < first) ready.delete(ordinal)
    return next - first
  }
  const level = () => [...all.values()].reduce((sum, series) => sum + levelOf(series), 0)
  const reached = () => {
    const first = all.get(firstAccount)
    prefills.reached(first ? levelOf(first) : 0)
  }

  const make = (series: Series, ordinal: number) => {
    const { account, line, ready, making } = series
    making.add(ordinal)
    const prime = (which: 'p' | 'q') => primes.prime([account, ordinal, which])
    Promise.all([prime('p'), prime('q')])
      .then(
        ([p, q]) => {
          making.delete(ordinal)
          if (closed) return
          ready.set(ordinal, combinePrimes(p, q))
          line.advance()
          reached()
        },
        (reason: unknown) => {
          making.delete(ordinal)
          if (line.length === 0) filling = false
          prefills.fail(reason)
          line.fail(reason)
        },
      )
      .finally(() => makeNext(series))
  }

  /** The first of the next `count` keys that nobody has begun to make. */
  const missing = ({ account, ready, making }: Series, count: number): number | undefined => {
    const first = createCount(account) + 1
    for (let ordinal = first; ordinal < first + count; ordinal++) {
      if (!ready.has(ordinal) && !making.has(ordinal)) return ordinal
    }
    return undefined
  }

  const makeNext = (series: Series) => {
    if (closed) return
    const wanted = Math.max(series.line.length, series.account === firstAccount ? prefills.count : 0)
    while (series.making.size < primes.threads) {
      const ordinal = missing(series, wanted)
      if (ordinal === undefined) break
      make(series, ordinal)
    }
    makeAhead()
  }

  const makeAhead = () => {
    if (closed || !filling || !activity.idle || level() >= poolSize) return
    const latest = [...all.values()].reverse()
    if (latest.some(({ making }) => making.size > 0)) return
    for (const series of latest) {
      const ordinal = missing(series, aheadEach)
      if (ordinal !== undefined) return make(series, ordinal)
    }
  }

  const start = (account: string): Series => {
    const ready = new Map<number, RsaKeyPair>()
    let offered = 0
    const line = createKeyQueue({
      peek() {
        offered = createCount(account) + 1
        return ready.get(offered)
      },
      taken: () => void ready.delete(offered),
      want: () => makeNext(series),
    })
    const series: Series = { account, line, ready, making: new Set() }
    return series
  }

  const seriesOf = (account: string): Series => {
    const series = all.get(account) ?? start(account)
    all.delete(account)
    all.set(account, series)
    // What is forgotten can be made again
    for (const [name, { line, making }] of all) {
      if (all.size <= poolSize + 1) break
      if (line.length === 0 && making.size === 0) all.delete(name)
    }
    return series
  }

  activity.onIdle(makeAhead)

  return {
    name: 'seeded',
    get level() {
      return closed ? 0 : level()
    },
    next(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      filling = true
      return seriesOf(request.account).line.join(request)
    },
    prefill(count) {
      if (closed) return Promise.reject(new ShuttingDown())
      const filled = prefills.until(count)
      const series = seriesOf(firstAccount)
      reached()
      makeNext(series)
      return filled
    },
    fill() {
      filling = true
      seriesOf(firstAccount)
      makeAhead()
    },
    close() {
      closed = true
      for (const { line } of all.values()) line.close()
      all.clear()
      prefills.close()
      primes.close()
    },
  }
}
