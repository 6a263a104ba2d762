import { upperFirst } from '../core/params.ts'
import type { JournalEntry, JournalQuery, WaitOptions } from './entry.ts'
import { notify } from './query.ts'

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
  /** The sequence of the oldest entry that is kept, or `last + 1` when none is, and the sequence of the latest request. */
  range(): { readonly first: number; readonly last: number }
  /** Deletes all entries, or those of one account. */
  reset(account?: string): void
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
    range: () => ({ first: entries.at(-Math.min(size, entries.length))?.sequence ?? sequence + 1, last: sequence }),
    reset(account) {
      entries = account === undefined ? [] : entries.filter((entry) => entry.account !== account)
    },
  }
  return journal
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
