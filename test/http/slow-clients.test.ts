import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { startWithParts } from '../support/emulator.ts'

const timeouts = { headers: 200, request: 400, checkInterval: 50 }

/** Sends only these bytes, and returns the answer when the emulator closes the connection. */
function halfSent(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

test.each([
  ['half a header', 'GET /v2/index.php HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['half a request line', 'GET /v2/ind'],
  ['half a body', 'POST /v2/index.php HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction='],
  ['half a chunk', 'POST /v2/index.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nAct'],
])('a client that sends only %s gets an error, and its connection is closed', async (_what, bytes) => {
  const emulator = await startWithParts({ timeouts })
  const answer = await halfSent(emulator.port, bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 (400 Bad Request|200 OK)\r\n/)
  expect(answer).toContain('The request did not arrive before the timeout.')
})

test('a hundred incomplete requests do not delay other requests', async () => {
  const emulator = await startWithParts({ timeouts })
  const open = Array.from({ length: 100 }, () => halfSent(emulator.port, 'POST /v2/index.php HTTP/1.1\r\nHost: x\r\n'))
  expect(await createCode(emulator)).toBe('Success')
  const answers = await Promise.all(open)
  expect(new Set(answers.map((answer) => answer.split('\r\n', 1)[0]))).toStrictEqual(
    new Set(['HTTP/1.1 400 Bad Request']),
  )
})
