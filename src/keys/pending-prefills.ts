import { ShuttingDown } from '../system/errors.ts'

interface PendingPrefill {
  readonly count: number
  resolve(): void
  reject(reason: unknown): void
}

/** Calls of `KeySource.prefill` that wait until enough keys are ready. */
export function createPendingPrefills() {
  let pending: PendingPrefill[] = []
  let closed = false
  return {
    /** The highest number of keys that a pending prefill asks for; 0 when none is pending. */
    get maxCount() {
      return Math.max(0, ...pending.map(({ count }) => count))
    },
    /** Resolves once `count` keys are ready. */
    add: (count: number) =>
      new Promise<void>((resolve, reject) => {
        if (closed) reject(new ShuttingDown())
        else pending.push({ count, resolve, reject })
      }),
    /** Resolves the prefills that ask for at most `level` keys. */
    resolve(level: number): void {
      const reached = pending.filter(({ count }) => count <= level)
      pending = pending.filter(({ count }) => count > level)
      for (const prefill of reached) prefill.resolve()
    },
    /** Rejects every pending prefill. */
    reject(reason: unknown): void {
      for (const prefill of pending.splice(0)) prefill.reject(reason)
    },
    /** Rejects every pending and every later prefill with `ShuttingDown`. */
    close(): void {
      closed = true
      for (const prefill of pending.splice(0)) prefill.reject(new ShuttingDown())
    },
  }
}
