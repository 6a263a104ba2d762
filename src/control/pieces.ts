import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { ownTurn } from '../system/own-turn.ts'

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
 * Sends JSON in pieces. The first are made at once, so that a short answer shows one moment. Others are made when the client
 * has read those before, so that slow readers cost no memory, and a few in each turn of the event loop.
 */
export async function sendPieces(reply: FastifyReply, pieces: Iterable<string>): Promise<FastifyReply> {
  await ownTurn()
  const rest = pieces[Symbol.iterator]()
  const first = takeSome(rest, firstPieces)
  if (first.isLast) return reply.type(json).send(first.text)
  const all = async function* () {
    yield first.text
    for (;;) {
      await ownTurn()
      const { text, isLast } = takeSome(rest, laterPieces)
      yield text
      if (isLast) return
    }
  }
  return reply.type(json).send(Readable.from(all(), { objectMode: false }))
}

const json = 'application/json; charset=utf-8'

/** How many pieces, and how many characters, are made at once. One more piece may follow. */
interface Portion {
  readonly count: number
  readonly length: number
}

const firstPieces: Portion = { count: 1000, length: 250_000 }
const laterPieces: Portion = { count: 500, length: 65_536 }

function takeSome(pieces: Iterator<string>, { count, length }: Portion) {
  let text = ''
  for (let taken = 0; taken < count && text.length < length; taken++) {
    const { done, value } = pieces.next()
    if (done) return { text, isLast: true }
    text += value
  }
  return { text, isLast: false }
}

/** In characters. */
const pieceLength = laterPieces.length

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
