import { upperFirst } from '../core/params.ts'

/** One request to the API. */
export interface JournalEntry {
  /** The number of the request since the start, from 1; a reset does not restart the count. */
  readonly sequence: number
  readonly time: Date
  readonly requestId: string
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
  /** By their flat names, such as `KeyIds.0`. Secrets are replaced by `[redacted]`, long values truncated. */
  readonly parameters: Readonly<Record<string, string>>
  /** The result of the signature check, or `unchecked` without one. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** `Success`, an error code, or the effect of a fault that replaced the response. */
  readonly code: string
  readonly durationMs: number
  /** The ids of the fault rules that were applied. */
  readonly faults: readonly string[]
}

/** Selects entries; a field that is left out does not restrict them. */
export interface JournalQuery {
  readonly account?: string
  readonly action?: string
  readonly code?: string
  /** Inclusive. */
  readonly since?: Date
  /** Exclusive. */
  readonly until?: Date
  /** Selects entries with a higher `sequence`. */
  readonly after?: number
}

/** The last requests to the API. */
export interface Journal {
  add(entry: Omit<JournalEntry, 'sequence'>): void
  /** Returns the last `limit` entries that match, by default all, oldest first. */
  find(query?: JournalQuery, limit?: number): JournalEntry[]
  count(query?: JournalQuery): number
  /**
   * Waits until enough entries match, including earlier ones, and resolves with all of them. Resolves with fewer when the
   * timeout expires or the signal is aborted.
   */
  waitFor(query: JournalQuery, options?: WaitOptions): Promise<JournalEntry[]>
  /** Calls `listener` with each new entry that matches. Returns a function that removes the listener. */
  listen(query: JournalQuery, listener: (entry: JournalEntry) => void): () => void
  /** Deletes all entries, or those of one account. */
  reset(account?: string): void
}

/** Options of `Journal.waitFor`. */
export interface WaitOptions {
  /** Number of entries to wait for; 1 by default. */
  readonly count?: number
  /** In milliseconds of real time; 5000 by default. */
  readonly timeout?: number
  /** Ends the wait early. */
  readonly signal?: AbortSignal
}

/** Creates a journal that keeps the last `size` requests. */
export function createJournal(size: number): Journal {
  const listeners = new Set<(entry: JournalEntry) => void>()
  let entries: JournalEntry[] = []
  let sequence = 0

  const findAll = (query: JournalQuery) => entries.slice(-size).filter((entry) => matches(entry, query))

  const journal: Journal = {
    add(entry) {
      sequence++
      if (size === 0 && listeners.size === 0) return
      const numbered = { sequence, ...entry }
      entries.push(numbered)
      // Not at each request, because it copies all entries
      if (entries.length > 2 * size) entries = size === 0 ? [] : entries.slice(-size)
      for (const listener of listeners) notify(listener, numbered)
    },
    find: (query = {}, limit = Number.POSITIVE_INFINITY) => (limit === 0 ? [] : findAll(query).slice(-limit)),
    count: (query = {}) => findAll(query).length,
    listen(query, listener) {
      const filtered = (entry: JournalEntry) => {
        if (matches(entry, query)) listener(entry)
      }
      listeners.add(filtered)
      return () => void listeners.delete(filtered)
    },
    waitFor: (query, { count = 1, timeout = 5000, signal } = {}) =>
      new Promise((resolve) => {
        const found = findAll(query)
        const done = () => {
          stopListening()
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve(found)
        }
        const stopListening = journal.listen(query, (entry) => {
          found.push(entry)
          if (found.length >= count) done()
        })
        const timer = setTimeout(done, timeout)
        signal?.addEventListener('abort', done)
        if (found.length >= count || signal?.aborted) done()
      }),
    reset(account) {
      entries = account === undefined ? [] : entries.filter((entry) => entry.account !== account)
    },
  }
  return journal
}

/** An exception of a listener must not break the response to the request, so it is thrown again outside of it. */
function notify(listener: (entry: JournalEntry) => void, entry: JournalEntry): void {
  try {
    listener(entry)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

function matches(entry: JournalEntry, { account, action, code, since, until, after }: JournalQuery): boolean {
  return (
    (account === undefined || entry.account === account) &&
    (action === undefined || (entry.action !== undefined && upperFirst(entry.action) === upperFirst(action))) &&
    (code === undefined || entry.code === code) &&
    (since === undefined || entry.time >= since) &&
    (until === undefined || entry.time < until) &&
    (after === undefined || entry.sequence > after)
  )
}
