import { ShuttingDown } from '../system/errors.ts'

interface Prefill {
  readonly count: number
  resolve(): void
  reject(reason: unknown): void
}

/** Those who wait until so many keys could be had at once. */
export function createRefill() {
  let waiting: Prefill[] = []
  let closed = false
  return {
    /** How many keys the most demanding of them wants; 0 when there is none. */
    get count() {
      return Math.max(0, ...waiting.map(({ count }) => count))
    },
    /** Resolves at a level of `count`. */
    until: (count: number) =>
      new Promise<void>((resolve, reject) => {
        if (closed) reject(new ShuttingDown())
        else waiting.push({ count, resolve, reject })
      }),
    /** So many keys could be had now. */
    reached(level: number): void {
      const reached = waiting.filter(({ count }) => count <= level)
      waiting = waiting.filter(({ count }) => count > level)
      for (const { resolve } of reached) resolve()
    },
    fail(reason: unknown): void {
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
    /** Rejects everyone, now and from now on. */
    close(): void {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new ShuttingDown())
    },
  }
}
