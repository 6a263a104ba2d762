import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import type { Effect } from '../rules/rule.ts'

type Status = Extract<Effect, { kind: 'status' }>

/** Answers with a bare HTTP status instead of the envelope of the API, as a gateway does. */
export function sendStatus(reply: FastifyReply, { status, body }: Status): void {
  const isText = typeof body === 'string'
  reply
    .code(status)
    .header('Content-Type', isText ? 'text/plain' : 'application/json')
    .send(Buffer.from(isText ? body : JSON.stringify(body)))
}

/** Closes the connection without an answer. */
export function dropConnection(reply: FastifyReply): void {
  reply.hijack()
  const { raw } = reply
  // The response gets its socket only when the earlier answers on the connection have been sent
  if (raw.socket) raw.socket.destroy()
  else raw.once('socket', (socket: Socket) => socket.destroy())
}

/** Sends the first half of an answer under the full Content-Length, then closes the connection. */
export function sendTruncated(reply: FastifyReply, headers: Record<string, string>, text: string): void {
  const bytes = Buffer.from(text)
  const { raw } = reply
  reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers, 'content-length': bytes.length })
  raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => raw.socket?.destroy())
}
