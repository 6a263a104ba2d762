import type { Activity } from '../system/activity.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeySource } from './key-source.ts'

/** Number of keys that are kept ready at first, if `poolSize` allows it. */
const initialTarget = 4

interface FreshKeysOptions {
  /** Generates one key without blocking the event loop. */
  readonly generate: () => Promise<RsaKeyPair>
  /** Maximum number of keys to keep ready. */
  readonly poolSize: number
  /** Number of keys to generate at the same time while requests wait. */
  readonly parallel: number
  readonly activity: Pick<Activity, 'idle' | 'onIdle'>
}

/**
 * Creates a pool of independent random keys. While the emulator is idle, the pool is filled one key at a time. Its target
 * is 4 keys at first and doubles, up to `poolSize`, each time the pool is found empty. While requests wait, `parallel`
 * keys are generated at the same time.
 */
export function createFreshKeys({ generate, poolSize, parallel, activity }: FreshKeysOptions): KeySource {
  const ready: RsaKeyPair[] = []
  let target = Math.min(initialTarget, poolSize)
  let filling = false
  let closed = false
  let generating = 0

  const maxGenerating = () => {
    const demand = queue.length + Math.max(0, queue.prefillCount - ready.length)
    if (demand > 0) return Math.min(demand, parallel)
    return filling && activity.idle && ready.length < target ? 1 : 0
  }

  const generateMore = () => {
    while (!closed && generating < maxGenerating()) {
      generating++
      generate().then(onGenerated, onFailed)
    }
  }

  const onGenerated = (key: RsaKeyPair) => {
    generating--
    if (closed) return
    ready.push(key)
    queue.serve()
  }

  const onFailed = (reason: unknown) => {
    generating--
    // With no request to report the failure to, filling stops; the next request starts it again
    if (queue.length === 0) filling = false
    queue.fail(reason)
  }

  const queue = createKeyQueue({
    head: () => ready[0],
    consume() {
      ready.shift()
      generateMore()
    },
    level: () => ready.length,
    demand: generateMore,
  })
  activity.onIdle(generateMore)

  return {
    name: 'fresh',
    get level() {
      return ready.length
    },
    next(request) {
      filling = true
      if (ready.length === 0 && queue.length === 0) target = Math.min(target * 2, poolSize)
      return queue.join(request)
    },
    prefill: queue.prefill,
    fill() {
      filling = true
      generateMore()
    },
    close() {
      closed = true
      queue.close()
      ready.length = 0
    },
  }
}
