import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { RsaKeyPair } from './encode-key-pair.ts'
import type { KeyRequest, KeySource } from './key-source.ts'

/** The keys that a queue hands out. Any method may throw, because which key is next may be in a database. */
interface KeySupply {
  /** Returns the next key, if one is ready; the same key until it is consumed. */
  head(): RsaKeyPair | undefined
  /** Removes the next key, because a request has used it. */
  consume(): void
  /** Number of keys that are ready. */
  level(): number
  /** Generates keys for the waiting requests and prefills; called whenever their number changes. */
  demand(): void
}

/** Requests that wait for a key, first come first served, and calls of `KeySource.prefill` that wait for enough keys. */
export interface KeyQueue extends Pick<KeySource, 'prefill'> {
  /** Number of waiting requests. */
  readonly length: number
  /** The highest number of keys that a pending prefill asks for; 0 when none is pending. */
  readonly prefillCount: number
  /** Serves the request at once or queues it; see `KeySource.next`. */
  readonly join: KeySource['next']
  /** Serves waiting requests as long as keys are ready; to be called whenever a key was added. */
  serve(): void
  /** Rejects the first waiting request and every prefill, because no key could be generated. */
  fail(reason: unknown): void
  /** Rejects everything that waits, now or later, with `ShuttingDown`. */
  close(): void
}

interface WaitingRequest {
  /** Returns false when the request still needs another key. */
  serve(key: RsaKeyPair): boolean
  reject(reason: unknown): void
}

/** Each request costs a transaction, so after this many the event loop gets a turn. */
const maxServedPerTurn = 16

/** Creates a queue of requests for the keys of `supply`. */
export function createKeyQueue(supply: KeySupply): KeyQueue {
  const waiting: WaitingRequest[] = []
  let prefills: { readonly count: number; resolve(): void; reject(reason: unknown): void }[] = []
  let closed = false
  let paused = false

  const rejectAll = (reason: unknown) => {
    for (const { reject } of [...waiting.splice(0), ...prefills.splice(0)]) reject(reason)
  }

  /** Nobody else would hear of an exception, neither those who wait nor the log. */
  const rejectAllIfThrows = (work: () => void) => {
    try {
      work()
    } catch (error) {
      rejectAll(error)
    }
  }

  const demand = () => rejectAllIfThrows(supply.demand)

  const serve = () => rejectAllIfThrows(serveWaiting)

  const serveWaiting = () => {
    if (paused) return
    for (let count = 0; waiting.length > 0; count++) {
      if (count === maxServedPerTurn) {
        paused = true
        setImmediate(() => {
          paused = false
          serve()
        })
        return
      }
      const key = supply.head()
      if (!key) break
      const first = waiting.shift()
      if (first?.serve(key) === false) waiting.unshift(first)
    }
    resolvePrefills()
    supply.demand()
  }

  const resolvePrefills = () => {
    const level = prefills.length > 0 ? supply.level() : 0
    for (const { count, resolve } of prefills) if (count <= level) resolve()
    prefills = prefills.filter(({ count }) => count > level)
  }

  return {
    get length() {
      return waiting.length
    },
    get prefillCount() {
      return Math.max(0, ...prefills.map(({ count }) => count))
    },
    join(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      while (waiting.length === 0) {
        const key = supply.head()
        if (!key) break
        const outcome = offer(supply, request, key)
        if (outcome !== 'known already') return outcome
      }
      return wait({ ...supply, demand }, waiting, request)
    },
    async prefill(count) {
      if (closed) throw new ShuttingDown()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      prefills.push({ count, resolve, reject })
      rejectAllIfThrows(resolvePrefills)
      demand()
      return promise
    },
    serve,
    fail(reason) {
      for (const prefill of prefills.splice(0)) prefill.reject(reason)
      waiting.shift()?.reject(reason)
      demand()
    },
    close() {
      closed = true
      rejectAll(new ShuttingDown())
    },
  }
}

/** Appends a request to the queue, until it is served or rejected or its caller hangs up. */
function wait<Outcome extends { readonly ok: boolean }>(
  supply: KeySupply,
  waiting: WaitingRequest[],
  request: KeyRequest<Outcome>,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const entry: WaitingRequest = {
    serve(key) {
      try {
        const outcome = offer(supply, request, key)
        if (outcome === 'known already') return false
        resolve(outcome)
      } catch (error) {
        reject(error)
      }
      return true
    },
    reject,
  }
  const stopListening = request.caller.onGone(() => {
    const index = waiting.indexOf(entry)
    if (index < 0) return
    waiting.splice(index, 1)
    reject(new CallerGone())
    supply.demand()
  })
  waiting.push(entry)
  supply.demand()
  return promise.finally(stopListening)
}

/** Offers a key to a request, and consumes the key unless the outcome says that it was not used. */
function offer<Outcome extends { readonly ok: boolean }>(
  supply: KeySupply,
  request: KeyRequest<Outcome>,
  key: RsaKeyPair,
): Outcome | 'known already' {
  let used = true
  try {
    const outcome = request.use(key)
    used = outcome === 'known already' || outcome.ok
    return outcome
  } finally {
    // After an exception the key may already have been sent or stored, so it counts as used
    if (used) supply.consume()
  }
}
