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

/** Answers on the bare socket, there being no request to answer, and closes it. */
export function answerAndClose(socket: Socket, body: Buffer): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
    '\r\n',
  ]
  socket.end(Buffer.concat([Buffer.from(head.join('\r\n')), body]))
}
