import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { JournalEntry, JournalQuery } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { maxDelayMs } from '../rules/rule.ts'
import { goneSignal, objectWithList, sendPieces } from './pieces.ts'

const text = { type: 'string', minLength: 1 } as const
const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const
const isoTime = { type: 'string', format: 'iso-time' } as const
const filters = { account: text, action: text, code: text, since: isoTime, until: isoTime, after: count(2 ** 53 - 1) }

interface Querystring extends Omit<JournalQuery, 'since' | 'until'> {
  readonly since?: string
  readonly until?: string
  readonly limit?: number
  readonly count?: number
  readonly timeout?: number
}

/** With more unread bytes than this a client misses further entries. */
const maxUnreadBytes = 262_144

/**
 * `GET /journal[?account=&action=&code=&since=&until=&after=&limit=]`. With the same filters, `/journal/count` returns
 * their number, `/journal/wait?count=&timeout=` is a long poll, and `/journal/stream` sends Server-Sent Events without a name.
 */
export function journalRoutes(app: FastifyInstance, journal: Journal, closing: AbortSignal): void {
  const toQuery = ({ since, until, limit: _limit, count: _count, timeout: _timeout, ...same }: Querystring) => ({
    ...same,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  })

  const get = (path: string, more: object, answer: (query: Querystring, reply: FastifyReply) => unknown) => {
    const querystring = { type: 'object', additionalProperties: false, properties: { ...filters, ...more } }
    app.get<{ Querystring: Querystring }>(path, { schema: { querystring } }, ({ query }, reply) => answer(query, reply))
  }

  get('/journal', { limit: count(1_000_000) }, (query, reply) =>
    sendPieces(reply, objectWithList({}, 'entries', journal.find(toQuery(query), query.limit))),
  )
  get('/journal/count', {}, (query) => ({ count: journal.count(toQuery(query)) }))
  get('/journal/wait', { count: count(1_000_000), timeout: count(maxDelayMs) }, async (query, reply) => {
    const gone = goneSignal(reply)
    const ended = new AbortController()
    for (const signal of [gone, closing]) {
      signal.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal })
      if (signal.aborted) ended.abort()
    }
    const { count: minCount = 1, timeout } = query
    const options = { count: minCount, signal: ended.signal, ...(timeout !== undefined && { timeout }) }
    const entries = await journal.waitFor(toQuery(query), options)
    ended.abort()
    if (gone.aborted) return reply.hijack()
    return sendPieces(reply, objectWithList({ reached: entries.length >= minCount }, 'entries', entries))
  })
  get('/journal/stream', {}, (query, reply) => stream(reply, journal, toQuery(query), closing))
}

/**
 * Sends each new entry as an event; with `after`, first those that the journal still has. A client that reads too slowly
 * misses entries and receives their number, so that it neither delays requests nor fills the memory.
 */
function stream(reply: FastifyReply, journal: Journal, query: JournalQuery, closing: AbortSignal): void {
  const { raw } = reply
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
  reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers })
  raw.write(': the journal\n\n')

  let missed = 0
  let isCatchingUp = query.after !== undefined
  let { after = 0 } = query
  /** Sends what the journal has, as far as the client reads it; new entries are in the journal, too. */
  const catchUp = () => {
    for (;;) {
      const entries = journal.find({ ...query, after })
      if (entries.length === 0) break
      for (const entry of entries) {
        after = entry.sequence
        send(raw, entry)
        if (raw.writableLength > maxUnreadBytes) {
          raw.once('drain', catchUp)
          return
        }
      }
    }
    isCatchingUp = false
  }
  const stopListening = journal.listen(query, (entry) => {
    if (isCatchingUp) return
    if (raw.writableLength > maxUnreadBytes) {
      missed++
      return
    }
    if (missed > 0) raw.write(`event: missed\ndata: {"count":${missed}}\n\n`)
    missed = 0
    send(raw, entry)
  })
  if (isCatchingUp) catchUp()
  const end = () => {
    stopListening()
    raw.end()
  }
  closing.addEventListener('abort', end, { once: true })
  raw.once('close', () => {
    stopListening()
    closing.removeEventListener('abort', end)
  })
  if (closing.aborted) end()
}

/** Without a name, so that the `onmessage` of an EventSource receives it. */
const send = (raw: ServerResponse, entry: JournalEntry) =>
  raw.write(`id: ${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`)
