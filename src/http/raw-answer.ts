import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

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

/**
 * Waits for the answer to a request that came whole before what follows on the same connection: a pipelining client
 * would take whatever is sent now for that answer.
 */
export async function answersUnderWay(socket: Socket): Promise<void> {
  // Node keeps the response in progress here; there is no public way to it
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null }
  if (response?.req.complete && !response.writableFinished) await once(response, 'close').catch(() => undefined)
}
