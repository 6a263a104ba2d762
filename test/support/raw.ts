import { connect } from 'node:net'
import type { ApiAnswer } from './api.ts'

export interface RawAnswer {
  readonly status: number
  /** As sent, one `Name: value` a line. */
  readonly headers: string
  readonly body: string
  answer(): ApiAnswer
}

/** Sends these bytes and reads until the connection ends. The request should have `Connection: close`. */
export function sendRaw(port: number, bytes: string | Buffer, hangUp = false): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => {
      if (hangUp) socket.end(bytes)
      else socket.write(bytes)
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())))
  })
}

function parse(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  // Skips an interim answer
  if (text.startsWith('HTTP/1.1 100')) return parse(text.slice(end + 4))
  const headers = text.slice(0, end)
  const body = text.slice(end + 4)
  return { status: Number(headers.split(' ')[1]), headers, body, answer: () => JSON.parse(body) as ApiAnswer }
}

/** The bytes of a request to the API with this body and these headers. */
export function request(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer = '',
) {
  const content = Buffer.from(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`),
    ...(content.length > 0 ? [`Content-Length: ${content.length}`] : []),
    'Connection: close',
    '\r\n',
  ]
  return Buffer.concat([Buffer.from(lines.join('\r\n')), content])
}
