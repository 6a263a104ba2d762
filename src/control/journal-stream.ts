import type { FastifyReply } from 'fastify'
import type { JournalEntry, JournalQuery } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'

/** With more unread bytes than this a client gets nothing more until it has read them. */
const maxUnreadBytes = 262_144

/** Keeps proxies and clients from taking a silent stream for a broken one. */
const heartbeatMs = 15_000

/** So long a client waits before it connects again, in milliseconds. */
const retryMs = 1000

interface StreamOptions {
  readonly journal: Journal
  readonly query: JournalQuery
  /** Differs from start to start; it is part of the ids of events. */
  readonly boot: string
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal
}

/**
 * Sends each new entry as an event; with `Last-Event-ID` or `after`, first those that the journal still has. A client that
 * reads slowly is sent further entries when it has read what came before, so that it neither delays requests nor fills the
 * memory. It is told how many entries the journal no longer had, and that the emulator was restarted.
 */
export function stream(reply: FastifyReply, { journal, query: given, boot, closing }: StreamOptions): void {
  const { raw } = reply
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
  const { after: givenAfter, ...query } = given
  const isFiltered = Object.keys(query).length > 0
  const lastEventId = reply.request.headers['last-event-id']
  const resumed = lastEventId ? resumeAfter(`${lastEventId}`, boot, journal.range().last) : undefined
  const from = resumed?.after ?? givenAfter

  // Without a name, so that the `onmessage` of an EventSource receives it
  const send = (entry: JournalEntry) => raw.write(`id: ${boot}-${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`)
  const sendMissed = (after: number, what: object) =>
    raw.write(`event: missed\nid: ${boot}-${after}\ndata: ${JSON.stringify(what)}\n\n`)

  reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers })
  // A client that is away before its first event comes back with this id; any other already says where it goes on
  const id = from === undefined ? `id: ${boot}-${journal.range().last}\n` : ''
  raw.write(`: the journal\nretry: ${retryMs}\n${id}\n`)
  if (resumed?.isRestarted) sendMissed(0, { restarted: true })

  /** Sends what the journal has, as far as the client reads it; new entries are in the journal, too. */
  let isCatchingUp = from !== undefined
  let after = from ?? 0
  const catchUp = () => {
    if (raw.writableEnded) return
    const missed = journal.range().first - 1 - after
    if (missed > 0) {
      after += missed
      // It is not known how many of them matched
      sendMissed(after, isFiltered ? {} : { count: missed })
    }
    for (const entry of journal.find({ ...query, after })) {
      after = entry.sequence
      send(entry)
      if (raw.writableLength > maxUnreadBytes) {
        raw.once('drain', catchUp)
        return
      }
    }
    isCatchingUp = false
  }
  const stopListening = journal.listen(query, (entry) => {
    // An `after` in the future
    if (isCatchingUp || entry.sequence <= after) return
    if (raw.writableLength <= maxUnreadBytes) {
      send(entry)
      return
    }
    isCatchingUp = true
    after = entry.sequence - 1
    raw.once('drain', catchUp)
  })
  if (isCatchingUp) catchUp()

  const heartbeat = setInterval(() => {
    if (raw.writableLength <= maxUnreadBytes) raw.write(':\n\n')
  }, heartbeatMs)
  heartbeat.unref()
  const stop = () => {
    stopListening()
    clearInterval(heartbeat)
  }
  const end = () => {
    stop()
    raw.end()
  }
  closing.addEventListener('abort', end, { once: true })
  raw.once('close', () => {
    stop()
    closing.removeEventListener('abort', end)
  })
  if (closing.aborted) end()
}

/** Where a client goes on that knows this event. Of another emulator, or of the one before a restart, it gets all entries. */
function resumeAfter(lastEventId: string, boot: string, last: number) {
  const [, start, digits] = /^(\w+)-(\d{1,15})$/.exec(lastEventId) ?? []
  const after = Number(digits)
  const isRestarted = start !== boot || after > last
  return { isRestarted, after: isRestarted ? 0 : after }
}
