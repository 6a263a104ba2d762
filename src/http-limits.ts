import type { Socket } from 'node:net'
import { type Failure, fail } from './core/errors.js'

/** In bytes (design.md, The wire 8). */
export const bodyLimit = 10 * 1024 * 1024
export const headerLimit = 64 * 1024

export const bodyTooLarge = fail('InvalidParameter', { detail: `The body exceeds ${bodyLimit} bytes.` })

/** What an API call is told when Node's HTTP parser refuses it, by the parser's code. */
export function parserRefusal(code: string | undefined): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return fail('InvalidParameter', { detail: `Request line and headers exceed ${headerLimit} bytes.` })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return fail('InvalidParameter', { detail: 'The request did not arrive in time.' })
  }
  return fail('InvalidParameter', { detail: `The request is not valid HTTP/1.1 (${code ?? 'unknown'}).` })
}

/** How long a client may go on sending what nobody reads, in milliseconds. */
const lingerTime = 2_000

/**
 * Answers on the bare socket and closes it. What the client still sends is read and dropped for a while: closing at
 * once would reset the connection, and the client would never see the answer.
 */
export function answerAndClose(
  socket: Socket,
  status: string,
  headers: Readonly<Record<string, unknown>>,
  body: Buffer,
): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const all = { ...headers, 'Content-Type': 'application/json', 'Content-Length': body.length, Connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${status}`, ...lines, '\r\n'].join('\r\n')
  socket.end(Buffer.concat([Buffer.from(head), body]))
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerTime)
  socket.once('close', () => clearTimeout(timer))
}
