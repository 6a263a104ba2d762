import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Journal, JournalEntry, JournalQuery } from '../journal/journal.ts'
import { maxDelayMs } from '../rules/delay.ts'

const text = { type: 'string', minLength: 1 } as const
const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const
const isoTime = { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' } as const
const filters = { account: text, action: text, code: text, since: isoTime, until: isoTime, after: count(2 ** 53 - 1) }
const schema = (more: object) => ({
  querystring: { type: 'object', additionalProperties: false, properties: { ...filters, ...more } },
})

interface Sent {
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

/** A reader that has not taken so many bytes is slow, and misses what comes. */
const maxUnreadBytes = 262_144

/**
 * `GET /journal[?account=&action=&code=&since=&until=&after=&limit=]`, the same with `/journal/count`, with
 * `/journal/wait?count=&timeout=` for a long poll, and `/journal/stream` for Server-Sent Events.
 */
export function journalRoutes(app: FastifyInstance, journal: Journal, closing: AbortSignal): void {
  const toQuery = ({ since, until, limit: _limit, count: _count, timeout: _timeout, ...same }: Sent) => ({
    ...same,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  })

  app.get<{ Querystring: Sent }>('/journal', { schema: schema({ limit: count(1_000_000) }) }, ({ query }) => ({
    entries: journal.find(toQuery(query), query.limit),
  }))
  app.get<{ Querystring: Sent }>('/journal/count', { schema: schema({}) }, ({ query }) => ({
    count: journal.count(toQuery(query)),
  }))
  const waiting = schema({ count: count(1_000_000), timeout: count(maxDelayMs) })
  app.get<{ Querystring: Sent }>('/journal/wait', { schema: waiting }, async ({ query }, reply) => {
    const ended = new AbortController()
    reply.raw.once('close', () => ended.abort())
    closing.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal })
    if (closing.aborted) ended.abort()
    const { count: wanted = 1, timeout } = query
    const options = { count: wanted, signal: ended.signal, ...(timeout !== undefined && { timeout }) }
    const entries = await journal.waitFor(toQuery(query), options)
    return { reached: entries.length >= wanted, entries }
  })
  app.get<{ Querystring: Sent }>('/journal/stream', { schema: schema({}) }, ({ query }, reply) =>
    stream(reply, journal, toQuery(query), closing),
  )
}

/** Sends each new entry as an event; one who does not read misses some, is told how many, and slows nobody. */
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
