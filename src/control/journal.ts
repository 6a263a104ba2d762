import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Journal, JournalEntry, JournalQuery } from '../journal/journal.ts'
import { maxDelayMs } from '../rules/delay.ts'

const text = { type: 'string', minLength: 1 } as const
const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const
const isoTime = { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' } as const
const filters = { account: text, action: text, code: text, since: isoTime, until: isoTime, after: count(2 ** 53 - 1) }
const querySchema = (more: object) => ({
  querystring: { type: 'object', additionalProperties: false, properties: { ...filters, ...more } },
})

interface Querystring {
  readonly account?: string
  readonly action?: string
  readonly code?: string
  readonly since?: string
  readonly until?: string
  readonly after?: number
  readonly limit?: number
  readonly count?: number
  readonly timeout?: number
}

/** With more unread bytes than this a client misses further entries. */
const maxUnreadBytes = 262_144

/**
 * `GET /journal[?account=&action=&code=&since=&until=&after=&limit=]`. With the same filters, `/journal/count` returns
 * their number, `/journal/wait?count=&timeout=` is a long poll, and `/journal/stream` sends Server-Sent Events.
 */
export function journalRoutes(app: FastifyInstance, journal: Journal, closing: AbortSignal): void {
  const toQuery = ({ since, until, limit: _limit, count: _count, timeout: _timeout, ...same }: Querystring) => ({
    ...same,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  })

  app.get<{ Querystring: Querystring }>(
    '/journal',
    { schema: querySchema({ limit: count(1_000_000) }) },
    ({ query }) => ({
      entries: journal.find(toQuery(query), query.limit),
    }),
  )
  app.get<{ Querystring: Querystring }>('/journal/count', { schema: querySchema({}) }, ({ query }) => ({
    count: journal.count(toQuery(query)),
  }))
  const waitSchema = querySchema({ count: count(1_000_000), timeout: count(maxDelayMs) })
  app.get<{ Querystring: Querystring }>('/journal/wait', { schema: waitSchema }, async ({ query }, reply) => {
    const ended = new AbortController()
    reply.raw.once('close', () => ended.abort())
    closing.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal })
    if (closing.aborted) ended.abort()
    const { count: minCount = 1, timeout } = query
    const options = { count: minCount, signal: ended.signal, ...(timeout !== undefined && { timeout }) }
    const entries = await journal.waitFor(toQuery(query), options)
    return { reached: entries.length >= minCount, entries }
  })
  app.get<{ Querystring: Querystring }>('/journal/stream', { schema: querySchema({}) }, ({ query }, reply) =>
    stream(reply, journal, toQuery(query), closing),
  )
}

/**
 * Sends each new entry as an event. A client that reads too slowly misses entries and receives their number, so that it
 * neither delays requests nor fills the memory.
 */
function stream(reply: FastifyReply, journal: Journal, query: JournalQuery, closing: AbortSignal): void {
  const { raw } = reply
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
  reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers })
  raw.write(': the journal\n\n')
  for (const entry of query.after === undefined ? [] : journal.find(query)) send(raw, entry)

  let missed = 0
  const stopListening = journal.listen(query, (entry) => {
    if (raw.writableLength > maxUnreadBytes) {
      missed++
      return
    }
    if (missed > 0) raw.write(`event: missed\ndata: {"count":${missed}}\n\n`)
    missed = 0
    send(raw, entry)
  })
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

const send = (raw: ServerResponse, entry: JournalEntry) =>
  raw.write(`id: ${entry.sequence}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`)
