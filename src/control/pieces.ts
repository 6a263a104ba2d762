import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errorCodes, type FastifyError, type FastifyReply } from 'fastify'

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

/** In bytes. */
const chunkLength = 65_536

/**
 * Reads a body without putting it together. It is copied into chunks of 64 KiB, since a client may send it byte by byte, and
 * each byte would keep the memory of a packet. Errors have the status that they are answered with.
 */
export async function readChunks(body: IncomingMessage, limit: number): Promise<Uint8Array[]> {
  if (Number(body.headers['content-length']) > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE()
  const chunks: Uint8Array[] = []
  let last = Buffer.alloc(0)
  let free = 0
  let size = 0
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length
      if (size > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE()
      for (let start = 0; start < part.length; ) {
        if (free === 0) {
          last = Buffer.allocUnsafeSlow(chunkLength)
          free = chunkLength
          chunks.push(last)
        }
        const copied = part.copy(last, chunkLength - free, start)
        start += copied
        free -= copied
      }
    }
  } catch (error) {
    // The client went away
    throw Object.assign(error as Error, { statusCode: (error as FastifyError).statusCode ?? 400 })
  }
  if (free > 0) chunks.push((chunks.pop() as Buffer).subarray(0, chunkLength - free))
  return chunks
}

/**
 * Sends JSON in pieces. The first are made at once, so that a short answer shows one moment. Others are made when the client
 * has read those before, so that slow readers cost no memory, and a few in each turn of the event loop.
 */
export function sendPieces(reply: FastifyReply, pieces: Iterable<string>): FastifyReply {
  const rest = pieces[Symbol.iterator]()
  const first = takeSome(rest, firstPieces)
  if (first.isLast) return reply.type(json).send(first.text)
  const all = async function* () {
    yield first.text
    for (;;) {
      await nextTurn()
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

const firstPieces: Portion = { count: 4000, length: 250_000 }
const laterPieces: Portion = { count: 2000, length: 65_536 }

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
