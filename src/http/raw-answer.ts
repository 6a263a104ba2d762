import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long the rest of a refused request is received and discarded. */
const lingerMs = 2_000

/**
 * Writes an answer to the socket itself and closes it. For a while, data from the client is still received and
 * discarded: closing at once would reset the connection before the client reads the answer.
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
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/**
 * Waits until the earlier request on the connection has been answered. A pipelining client would take bytes that are
 * sent before for the answer to that request.
 */
export async function pendingAnswersSent(socket: Socket): Promise<void> {
  // Node has no public access to the response that is in progress on a socket
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null }
  if (response?.req.complete && !response.writableFinished) await once(response, 'close').catch(() => undefined)
}
