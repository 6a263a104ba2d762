import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import type { KeyRequest } from './key-source.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** The keys that a queue hands out. */
interface KeySupply {
  /** Returns the next key, if one is ready; the same key until it is consumed. */
  head(): RsaKeyPair | undefined
  /** Removes the next key, because a request has used it. */
  consume(): void
  /** Asks for keys for `requests` waiting requests; called whenever their number changes. */
  demand(requests: number): void
}

/** Requests that wait for a key, first come first served. */
export interface KeyQueue {
  /** Number of waiting requests. */
  readonly length: number
  /** Serves the request at once or queues it; see `KeySource.next`. */
  join<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome>
  /** Serves waiting requests as long as keys are ready; to be called whenever a key was added. */
  serve(): void
  /** Rejects the first waiting request, because no key could be generated for it. */
  rejectFirst(reason: unknown): void
  /** Rejects every waiting and every later request with `ShuttingDown`. */
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
  let closed = false
  let paused = false

  const resumeInNextTurn = () => {
    paused = true
    setImmediate(() => {
      paused = false
      serve()
    })
  }

  const serve = () => {
    if (paused) return
    for (let count = 0; waiting.length > 0; count++) {
      if (count === maxServedPerTurn) return resumeInNextTurn()
      const key = supply.head()
      if (!key) break
      const first = waiting.shift()
      if (first?.serve(key) === false) waiting.unshift(first)
    }
    supply.demand(waiting.length)
  }

  const wait = <Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>) =>
    new Promise<Outcome>((resolve, reject) => {
      const entry: WaitingRequest = {
        serve(key) {
          try {
            const outcome = offer(supply, request, key)
            if (outcome === 'known already') return false
            resolve(outcome)
          } catch (error) {
            reject(error)
          }
          stopListening()
          return true
        },
        reject(reason) {
          stopListening()
          reject(reason)
        },
      }
      const stopListening = request.caller.onGone(() => {
        const index = waiting.indexOf(entry)
        if (index < 0) return
        waiting.splice(index, 1)
        entry.reject(new CallerGone())
        supply.demand(waiting.length)
      })
      waiting.push(entry)
      supply.demand(waiting.length)
    })

  return {
    get length() {
      return waiting.length
    },
    join(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      while (waiting.length === 0) {
        const key = supply.head()
        if (!key) break
        const outcome = offer(supply, request, key)
        if (outcome !== 'known already') return outcome
      }
      return wait(request)
    },
    serve,
    rejectFirst(reason) {
      waiting.shift()?.reject(reason)
      supply.demand(waiting.length)
    },
    close() {
      closed = true
      for (const entry of waiting.splice(0)) entry.reject(new ShuttingDown())
    },
  }
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
