import { ShuttingDown } from '../core/shutting-down.js'

interface Prefill {
  readonly count: number
  resolve(): void
  reject(reason: unknown): void
}

/** Those who wait until so many keys could be had at once. */
export function createPrefills() {
  let waiting: Prefill[] = []
  return {
    /** How many keys the most demanding of them wants; 0 when there is none. */
    get count() {
      return Math.max(0, ...waiting.map(({ count }) => count))
    },
    /** Resolves at a level of `count`. */
    until: (count: number) => new Promise<void>((resolve, reject) => waiting.push({ count, resolve, reject })),
    /** So many keys could be had now. */
    reached(level: number): void {
      const reached = waiting.filter(({ count }) => count <= level)
      waiting = waiting.filter(({ count }) => count > level)
      for (const { resolve } of reached) resolve()
    },
    fail(reason: unknown = new ShuttingDown()): void {
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
  }
}
