import { upperFirst } from '../core/params.ts'

/** What the journal tells of one request to the API. */
export interface JournalEntry {
  /** Counts the requests from 1; a reset does not begin anew. */
  readonly sequence: number
  readonly time: Date
  readonly requestId: string
  readonly account?: string | undefined
  readonly action?: string | undefined
  readonly region?: string | undefined
  /** By their flat names, as they were read; secrets are struck out, long ones cut. */
  readonly parameters: Readonly<Record<string, string>>
  /** valid and refused where it was checked. */
  readonly signature: 'valid' | 'refused' | 'unchecked'
  /** `Success`, the code of an error, or what a fault did in place of an answer. */
  readonly code: string
  readonly durationMs: number
  /** The ids of the fault rules that had a part in it. */
  readonly faults: readonly string[]
}

/** Which entries are asked for; what is left out does not restrict. */
export interface JournalQuery {
  readonly account?: string
  readonly action?: string
  readonly code?: string
  /** The first time that counts. */
  readonly since?: Date
  /** The first time that counts no more. */
  readonly until?: Date
  /** Those after the one of this sequence. */
  readonly after?: number
}

export interface Journal {
  add(entry: Omit<JournalEntry, 'sequence'>): void
  /** Those that match, oldest first, and the last `limit` of them. */
  find(query?: JournalQuery, limit?: number): JournalEntry[]
  count(query?: JournalQuery): number
  /** Resolves when so many match, those of the past too, or at the latest after so many milliseconds. */
  waitFor(query: JournalQuery, options?: WaitOptions): Promise<JournalEntry[]>
  /** Calls `listener` with each new entry that matches, until what it answers is called. */
  listen(query: JournalQuery, listener: (entry: JournalEntry) => void): () => void
  /** Forgets everything, or what one account did. */
  reset(account?: string): void
}

export interface WaitOptions {
  /** How many are waited for; one by default. */
  readonly count?: number
  /** How long at most, in milliseconds of the machine; five seconds by default. */
  readonly timeout?: number
  /** Ends the waiting early. */
  readonly signal?: AbortSignal
}

/** The last `size` requests. */
export function createJournal(size: number): Journal {
  const listeners = new Set<(entry: JournalEntry) => void>()
  let entries: JournalEntry[] = []
  let sequence = 0

  const all = (query: JournalQuery) => entries.slice(-size).filter((entry) => matches(entry, query))

  const journal: Journal = {
    add(entry) {
      sequence++
      if (size === 0 && listeners.size === 0) return
      const numbered = { sequence, ...entry }
      entries.push(numbered)
      // Seldom, since it costs as much as there are
      if (entries.length > 2 * size) entries = size === 0 ? [] : entries.slice(-size)
      for (const listener of listeners) tell(listener, numbered)
    },
    find: (query = {}, limit = Number.POSITIVE_INFINITY) => (limit === 0 ? [] : all(query).slice(-limit)),
    count: (query = {}) => all(query).length,
    listen(query, listener) {
      const hears = (entry: JournalEntry) => {
        if (matches(entry, query)) listener(entry)
      }
      listeners.add(hears)
      return () => void listeners.delete(hears)
    },
    waitFor: (query, { count = 1, timeout = 5000, signal } = {}) =>
      new Promise((resolve) => {
        const found = all(query)
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

/** What a listener throws is its own affair, and no part of the answer that is under way. */
function tell(listener: (entry: JournalEntry) => void, entry: JournalEntry): void {
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
