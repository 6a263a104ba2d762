import type { Activity } from '../system/activity.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'
import { createRefill } from './refill.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** How many keys are kept ready at first, if so many may be. */
const firstAhead = 4

interface FreshKeysOptions {
  /** Makes one key, off the event loop. */
  readonly generate: () => Promise<RsaKeyPair>
  /** How many keys to keep ready at most. */
  readonly poolSize: number
  /** How many to make at once while callers wait. */
  readonly parallel: number
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/**
 * Independent random keys from a pool. While nobody is served it fills, one key at a time; it starts with 4 and doubles
 * each time that it is found empty, up to `poolSize`. While callers wait, `parallel` keys are made at once.
 */
export function createFreshKeys({ generate, poolSize, parallel, activity }: FreshKeysOptions): KeySource {
  const ready: RsaKeyPair[] = []
  const prefills = createRefill()
  let ahead = Math.min(firstAhead, poolSize)
  let filling = false
  let closed = false
  let making = 0

  const mayMake = () => {
    const needed = line.length + Math.max(0, prefills.count - ready.length)
    if (needed > 0) return Math.min(needed, parallel)
    return filling && activity.idle && ready.length < ahead ? 1 : 0
  }

  const work = () => {
    while (!closed && making < mayMake()) {
      making++
      generate().then(made, failed)
    }
  }

  const made = (key: RsaKeyPair) => {
    making--
    if (closed) return
    ready.push(key)
    line.advance()
    prefills.reached(ready.length)
    work()
  }

  const failed = (reason: unknown) => {
    making--
    // Nobody to tell: making ahead ends, and the next caller starts it again or hears of the failure.
    if (line.length === 0) filling = false
    prefills.fail(reason)
    line.fail(reason)
    work()
  }

  const line = createKeyQueue({
    peek: () => ready[0],
    taken() {
      ready.shift()
      work()
    },
    want: work,
  })
  activity.onIdle(work)

  return {
    name: 'fresh',
    get level() {
      return ready.length
    },
    next(request) {
      filling = true
      if (ready.length === 0 && line.length === 0) ahead = Math.min(ahead * 2, poolSize)
      return line.join(request)
    },
    prefill(count) {
      const filled = prefills.until(count)
      prefills.reached(ready.length)
      work()
      return filled
    },
    fill() {
      filling = true
      work()
    },
    close() {
      closed = true
      line.close()
      prefills.close()
      ready.length = 0
    },
  }
}
