import type { FastifyInstance, FastifyReply } from 'fastify'
import type { JournalEntry, JournalQuery, SignatureDiagnosis } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { maxDelayMs } from '../rules/rule.ts'
import { stream } from './journal-stream.ts'
import { abortedWith, goneSignal, objectWithList, sendPieces } from './pieces.ts'
import { answer as answerOf, boolean, integer, list, type RouteNotes, string } from './route.ts'

const text = { type: 'string', minLength: 1 } as const
/** An entry as JSON; the type says what its members mean. */
const entry = {
  type: 'object',
  required: ['sequence', 'time', 'requestId', 'apiVersion', 'parameters', 'signature', 'code', 'durationMs', 'faults'],
  properties: {
    sequence: integer,
    time: { type: 'string', format: 'date-time' },
    requestId: string,
    method: string,
    path: string,
    apiVersion: { type: 'string', enum: ['2017-03-12', '3.0', 'ssh'] },
    client: string,
    account: string,
    action: string,
    region: string,
    parameters: { type: 'object', additionalProperties: string },
    signature: { type: 'string', enum: ['valid', 'refused', 'unchecked'] },
    code: string,
    message: string,
    status: integer,
    durationMs: { type: 'number' },
    faults: list(string),
    hint: string,
    diagnosis: {
      type: 'object',
      required: ['cause', 'mistake', 'expected'],
      properties: {
        cause: string,
        mistake: string,
        expected: string,
        received: string,
        firstDifference: integer,
      } satisfies Record<keyof SignatureDiagnosis, object>,
    },
  } satisfies Record<keyof JournalEntry, object>,
} as const

const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const
const isoTime = { type: 'string', format: 'iso-time' } as const
const filters = { account: text, action: text, code: text, since: isoTime, until: isoTime, after: count(2 ** 53 - 1) }

const resumption = { 'Last-Event-ID': { ...string, description: 'the id of the last event that the client has read' } }

interface Querystring extends Omit<JournalQuery, 'since' | 'until'> {
  readonly since?: string
  readonly until?: string
  readonly limit?: number
  readonly count?: number
  readonly timeout?: number
}

/**
 * `GET /journal[?account=&action=&code=&since=&until=&after=&limit=]`. With the same filters, `/journal/count` returns
 * their number, `/journal/wait?count=&timeout=` is a long poll, and `/journal/stream` sends Server-Sent Events without a name.
 */
export function journalRoutes(app: FastifyInstance, journal: Journal, closing: AbortSignal, boot: string): void {
  const toQuery = ({ since, until, limit: _limit, count: _count, timeout: _timeout, ...same }: Querystring) => ({
    ...same,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  })

  const get = (
    path: string,
    config: RouteNotes,
    more: object,
    answer: (query: Querystring, reply: FastifyReply) => unknown,
  ) => {
    const querystring = { type: 'object', additionalProperties: false, properties: { ...filters, ...more } }
    app.get<{ Querystring: Querystring }>(path, { schema: { querystring }, config }, ({ query }, reply) =>
      answer(query, reply),
    )
  }

  const entries = { entries: list(entry) }
  get(
    '/journal',
    { summary: 'The last requests to the API, oldest first.', answer: answerOf({ boot: string, ...entries }) },
    { limit: count(1_000_000) },
    (query, reply) => sendPieces(reply, objectWithList({ boot }, 'entries', journal.find(toQuery(query), query.limit))),
  )
  get(
    '/journal/count',
    { summary: 'The number of matching requests.', answer: answerOf({ count: integer }) },
    {},
    (query) => ({ count: journal.count(toQuery(query)) }),
  )
  const waited = answerOf({ reached: boolean, ...entries })
  get(
    '/journal/wait',
    { summary: 'Waits until enough requests match.', answer: waited },
    { count: count(1_000_000), timeout: count(maxDelayMs) },
    async (query, reply) => {
      const gone = goneSignal(reply)
      const ended = abortedWith(gone, closing)
      const { count: minCount = 1, timeout } = query
      const options = { count: minCount, signal: ended.signal, ...(timeout !== undefined && { timeout }) }
      const entries = await journal.waitFor(toQuery(query), options)
      ended.abort()
      if (gone.aborted) return reply.hijack()
      return sendPieces(reply, objectWithList({ reached: entries.length >= minCount }, 'entries', entries))
    },
  )
  get(
    '/journal/stream',
    { summary: 'Each new request as a Server-Sent Event.', type: 'text/event-stream', headers: resumption },
    {},
    (query, reply) => stream(reply, { journal, query: toQuery(query), boot, closing }),
  )
}
