import { ShuttingDown } from '../system/errors.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import { createKeyQueue } from './key-queue.ts'
import type { KeyRequest, RsaKeyPair } from './key-source.ts'

interface KeySeriesOptions {
  /** Makes the key with this number, without blocking the event loop. */
  makeKey(ordinal: number): Promise<RsaKeyPair>
  /** The number of the key that is used next. May throw, because it may be in a database. */
  nextOrdinal(): number
  /** Called when the next key was used. */
  onUsed(): void
  /** Called when keys should perhaps be made: one was used or made, or a request waits. */
  onChange(): void
}

export type KeySeries = ReturnType<typeof createKeySeries>

/** Creates a series of numbered keys, which requests use one after the other. */
export function createKeySeries({ makeKey, nextOrdinal, onUsed, onChange }: KeySeriesOptions) {
  const ready = new Map<number, RsaKeyPair>()
  const making = new Map<number, Promise<void>>()
  const queue = createKeyQueue(onChange)

  /** Offers the next key, if it is ready, and removes it unless the outcome says that it was not used. */
  const offer = <Outcome extends { readonly ok: boolean }>({ use }: KeyRequest<Outcome>): Outcome | undefined => {
    for (;;) {
      const ordinal = nextOrdinal()
      const key = ready.get(ordinal)
      if (!key) return undefined
      let used = true
      try {
        const outcome = use(key)
        used = outcome === 'known already' || outcome.ok
        if (outcome !== 'known already') return outcome
      } finally {
        // After an exception the key may already have been sent or stored, so it counts as used
        if (used && ready.delete(ordinal)) onUsed()
      }
    }
  }

  const make = async (ordinal: number) => {
    try {
      ready.set(ordinal, await makeKey(ordinal))
      making.delete(ordinal)
    } catch (reason) {
      making.delete(ordinal)
      queue.reject(reason, 1)
      // With nobody to tell, it is not tried again
      if (queue.length() > 0) onChange()
      throw reason
    }
    queue.serve()
    onChange()
  }

  return {
    demand: queue.length,
    isMaking: () => making.size > 0,
    /** Counts how many of the next keys are ready, without a gap. Drops keys that a reset or an import has made useless. */
    level(): number {
      const first = nextOrdinal()
      let next = first
      while (ready.has(next)) next++
      for (const ordinal of ready.keys()) if (ordinal < first) ready.delete(ordinal)
      return next - first
    },
    /** Serves the request at once, or queues it; see `KeySource.next`. */
    next<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome> {
      const outcome =
        (queue.length() === 0 ? offer(request) : undefined) ?? queue.wait(() => offer(request), request.caller)
      onChange()
      return outcome
    },
    /** Makes those of the next `count` keys that are missing, at most `parallel` at a time. Resolves when one was made. */
    async make(count: number, parallel: number): Promise<void> {
      try {
        const first = nextOrdinal()
        for (let ordinal = first; ordinal < first + count && making.size < parallel; ordinal++) {
          if (!ready.has(ordinal) && !making.has(ordinal)) making.set(ordinal, make(ordinal))
        }
      } catch (error) {
        queue.reject(error, queue.length())
        throw error
      }
      if (making.size > 0) await Promise.race(making.values())
    },
    /** Drops all keys and rejects all who wait. */
    close() {
      ready.clear()
      queue.reject(new ShuttingDown(), queue.length())
    },
  }
}
