import { CallerGone } from '../system/errors.ts'
import type { Caller } from './key-source.ts'

/** Each request costs a transaction, so after this many the event loop gets a turn. */
const maxServedPerTurn = 16

/** Creates a queue of requests that wait for keys, first come first served. `onServed` is called after a later turn. */
export function createKeyQueue(onServed: () => void) {
  const waiting: { serve(): boolean; reject(reason: unknown): void }[] = []
  let paused = false

  const serve = () => {
    for (let count = 1; !paused && waiting[0]?.serve(); count++) {
      waiting.shift()
      if (count < maxServedPerTurn) continue
      paused = true
      setImmediate(() => {
        paused = false
        serve()
        onServed()
      })
    }
  }

  return {
    length: () => waiting.length,
    /** Serves requests until keys run out; to be called whenever a key was made. */
    serve,
    /**
     * Waits until `attempt` returns an outcome; undefined means that no key is ready. Rejects with what it throws, and with
     * `CallerGone` when the caller hangs up.
     */
    wait<Outcome>(attempt: () => Outcome | undefined, caller: Caller): Promise<Outcome> {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      const entry = {
        serve() {
          try {
            const outcome = attempt()
            if (outcome !== undefined) resolve(outcome)
            return outcome !== undefined
          } catch (error) {
            reject(error)
            return true
          }
        },
        reject,
      }
      waiting.push(entry)
      const stopListening = caller.onGone(() => {
        if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1)
        reject(new CallerGone())
      })
      return promise.finally(stopListening)
    },
    /** Rejects the first `count` requests. */
    reject(reason: unknown, count: number) {
      for (const { reject } of waiting.splice(0, count)) reject(reason)
    },
  }
}
