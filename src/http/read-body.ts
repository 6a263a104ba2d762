import type { IncomingMessage } from 'node:http'
import { errorCodes, type FastifyRequest } from 'fastify'

/** In bytes. */
const maxChunk = 65_536
const minChunk = 1024

/**
 * Reads the body of a request, up to the limit of its route. It is copied into chunks, because a client may send it in parts
 * of one byte, and each part would take some hundred bytes. Rejects with the error of Fastify for a body that is too large,
 * and with the status 400 when the client goes away.
 */
export function readBody({ routeOptions, headers }: FastifyRequest, body: IncomingMessage): Promise<Uint8Array[]> {
  const limit = routeOptions.bodyLimit ?? 0
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  const chunks: Buffer[] = []
  let last = Buffer.alloc(0)
  let used = 0
  let size = 0

  const add = (part: Buffer) => {
    for (let start = 0; start < part.length; ) {
      if (used === last.length) {
        // As much as is to come or, if nobody says, as much as has come
        const needed = length === undefined ? size : length - size
        last = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, minChunk), maxChunk))
        used = 0
        chunks.push(last)
      }
      const copied = part.copy(last, used, start)
      start += copied
      used += copied
      size += copied
    }
  }

  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      body.off('data', receive).off('end', end).off('error', end)
      if (error) return reject(Object.assign(error, { statusCode: 400 }))
      if (chunks.length > 0) chunks.push((chunks.pop() as Buffer).subarray(0, used))
      resolve(chunks)
    }
    const refuse = () => {
      body.off('data', receive).off('end', end).off('error', end)
      reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    }
    const receive = (part: Buffer) => {
      if (size + part.length > limit) refuse()
      else add(part)
    }
    if (length !== undefined && length > limit) refuse()
    else body.on('data', receive).on('end', end).on('error', end)
  })
}
