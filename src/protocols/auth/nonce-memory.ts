/** A client whose clock runs a little ahead is not yet off. */
export const minFutureSeconds = 1

interface Window {
  /** How far a Timestamp may be off, in seconds. */
  readonly window: number
  now(): Date
}

/** Remembers what was seen for as long as its Timestamp could pass: twice the window, since it may lie ahead. */
export function createNonceMemory({ window, now }: Window) {
  const seen = new Map<string, { readonly account: string; readonly until: number }>()
  return {
    clear(account?: string) {
      for (const [key, entry] of seen) {
        if (account === undefined || entry.account === account) seen.delete(key)
      }
    },
    before(account: string, key: string): boolean {
      const time = now().getTime() / 1000
      for (const [old, { until }] of seen) {
        if (until > time) break
        seen.delete(old)
      }
      if (seen.has(key)) return true
      seen.set(key, { account, until: time + 2 * window + minFutureSeconds })
      return false
    },
  }
}
