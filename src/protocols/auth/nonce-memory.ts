/** The clock of a client may always be this far ahead, even with a window of 0. */
export const minFutureSeconds = 1

interface Window {
  /** How far a Timestamp may differ from the server time, in seconds. */
  readonly window: number
  now(): Date
}

/** Remembers nonces for twice the window, because a valid Timestamp may be in the future. `isRepeated` adds the nonce. */
export function createNonceMemory({ window, now }: Window) {
  const seen = new Map<string, { readonly account: string; readonly until: number }>()
  return {
    clear(account?: string) {
      for (const [key, entry] of seen) {
        if (account === undefined || entry.account === account) seen.delete(key)
      }
    },
    isRepeated(account: string, key: string): boolean {
      const time = now().getTime() / 1000
      for (const [oldKey, { until }] of seen) {
        if (until > time) break
        seen.delete(oldKey)
      }
      if (seen.has(key)) return true
      seen.set(key, { account, until: time + 2 * window + minFutureSeconds })
      return false
    },
  }
}
