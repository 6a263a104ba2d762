import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A signal that is aborted when the client of a request goes away. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (raw.destroyed) gone.abort()
  else raw.once('close', () => gone.abort())
  return gone.signal
}

/** A controller that is aborted with the first of these signals. Its own abort removes the listeners. */
export function abortedWith(...signals: readonly AbortSignal[]): AbortController {
  const ended = new AbortController()
  for (const signal of signals) {
    signal.addEventListener('abort', () => ended.abort(), { once: true, signal: ended.signal })
    if (signal.aborted) ended.abort()
  }
  return ended
}

/**
 * Sends JSON in pieces. The first million characters are made at once, so that most answers show one moment; each further
 * piece is made when the client has read the one before, so that slow readers cost no memory.
 */
export function sendPieces(reply: FastifyReply, pieces: Iterable<string>): FastifyReply {
  const rest = pieces[Symbol.iterator]()
  let first = ''
  while (first.length < firstLength) {
    const { done, value } = rest.next()
    if (done) return reply.type(json).send(first)
    first += value
  }
  const all = function* () {
    yield first
    yield* { [Symbol.iterator]: () => rest }
  }
  return reply.type(json).send(Readable.from(all(), { objectMode: false }))
}

const json = 'application/json; charset=utf-8'

/** In characters. */
const firstLength = 1_000_000

/** In characters. So much of an answer is made before the client has read what came before. */
const pieceLength = 65_536

/** The pieces of an object whose last member is a list: `{…,"name":[…]}`. */
export function* objectWithList(object: object, name: string, items: readonly unknown[]): Generator<string> {
  const head = JSON.stringify(object).slice(0, -1)
  let piece = `${head}${head === '{' ? '' : ','}${JSON.stringify(name)}:[`
  for (const [index, item] of items.entries()) {
    piece += (index === 0 ? '' : ',') + JSON.stringify(item)
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield `${piece}]}`
}
