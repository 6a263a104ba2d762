import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import type { KeyRequest } from './key-source.ts'
import type { RsaKeyPair } from './rsa-key-pair.ts'

/** Where a line's keys come from. */
interface Supply {
  /** The key that is next, if there is one; the same one until it is taken. */
  peek(): RsaKeyPair | undefined
  /** The key that is next was used. */
  taken(): void
  /** So many callers wait, and there is no key; called again whenever that changes. */
  want(callers: number): void
}

/** Callers that wait for a key, first come first served. */
export interface KeyQueue {
  readonly length: number
  /** See `KeySource.next`. */
  join<Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>): MaybePromise<Outcome>
  /** Serves who can be served; to be called when there are more keys. */
  advance(): void
  /** Rejects the first caller: no key can be made. */
  fail(reason: unknown): void
  /** Rejects everyone, now and from now on. */
  close(): void
}

interface Waiting {
  /** Whether it has its answer now. */
  serve(key: RsaKeyPair): boolean
  reject(reason: unknown): void
}

/** So many are served without a break: each costs a transaction, and others want to be heard. */
const atOnce = 16

export function createKeyQueue({ peek, taken, want }: Supply): KeyQueue {
  const callers: Waiting[] = []
  let closed = false
  let resting = false

  const use = <Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>, key: RsaKeyPair) => {
    let used = true
    try {
      const outcome = request.use(key)
      used = outcome === 'known already' || outcome.ok
      return outcome
    } finally {
      // After a throw nobody knows who has seen the key
      if (used) taken()
    }
  }

  const rest = () => {
    resting = true
    setImmediate(() => {
      resting = false
      advance()
    })
  }

  const advance = () => {
    if (resting) return
    for (let count = 0; callers.length > 0; count++) {
      if (count === atOnce) return rest()
      const key = peek()
      if (!key) break
      const caller = callers.shift()
      if (caller?.serve(key) === false) callers.unshift(caller)
    }
    want(callers.length)
  }

  const wait = <Outcome extends { readonly ok: boolean }>(request: KeyRequest<Outcome>) =>
    new Promise<Outcome>((resolve, reject) => {
      const waiting: Waiting = {
        serve(key) {
          try {
            const outcome = use(request, key)
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
        const place = callers.indexOf(waiting)
        if (place < 0) return
        callers.splice(place, 1)
        waiting.reject(new CallerGone())
        want(callers.length)
      })
      callers.push(waiting)
      want(callers.length)
    })

  return {
    get length() {
      return callers.length
    },
    join(request) {
      if (closed) return Promise.reject(new ShuttingDown())
      while (callers.length === 0) {
        const key = peek()
        const outcome = key ? use(request, key) : 'no key yet'
        if (outcome === 'no key yet') break
        if (outcome !== 'known already') return outcome
      }
      return wait(request)
    },
    advance,
    fail(reason) {
      callers.shift()?.reject(reason)
      want(callers.length)
    },
    close() {
      closed = true
      for (const caller of callers.splice(0)) caller.reject(new ShuttingDown())
    },
  }
}
