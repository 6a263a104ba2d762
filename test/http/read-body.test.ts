import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBody } from '../../src/http/read-body.ts'
import { createParams } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { sendRaw } from '../support/raw.ts'

/** Reads a body that comes in these parts. */
function read(parts: readonly Buffer[], { limit = 10_000_000, length }: { limit?: number; length?: number } = {}) {
  const body = new EventEmitter()
  const headers = length === undefined ? {} : { 'content-length': `${length}` }
  const chunks = readBody({ routeOptions: { bodyLimit: limit }, headers } as never, body as never)
  for (const part of parts) body.emit('data', part)
  body.emit('end')
  return { chunks, listeners: () => body.eventNames() }
}

const part = fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 60_000, maxLength: 140_000 }))

test('a body is the same in whatever parts it comes, with and without its length', async () => {
  const parts = fc.array(part, { maxLength: 8 }).map((list) => list.map((bytes) => Buffer.from(bytes)))
  await fc.assert(
    fc.asyncProperty(parts, fc.boolean(), async (sent, withLength) => {
      const whole = Buffer.concat(sent)
      const { chunks, listeners } = read(sent, withLength ? { length: whole.length } : {})
      expect(Buffer.concat(await chunks).equals(whole)).toBe(true)
      expect(listeners()).toStrictEqual([])
    }),
    { numRuns: 50 },
  )
})

test('a body of many small parts is kept in few pieces of memory, which are no larger than needed', async () => {
  const bytes = Array.from({ length: 200_000 }, (_, index) => Buffer.from([index % 256]))
  const kept = await read(bytes).chunks
  expect(Buffer.concat(kept).equals(Buffer.concat(bytes))).toBe(true)
  expect(kept.length).toBeLessThan(15)
  const short = await read([Buffer.from('Action=A')], { length: 8 }).chunks
  expect(short.map(({ buffer }) => buffer.byteLength <= 1024)).toStrictEqual([true])
})

describe('a body is refused', () => {
  test.each([
    ['before it comes, if its length is above the limit', [], { limit: 9, length: 10 }],
    ['as soon as it is above the limit', [Buffer.alloc(5), Buffer.alloc(5)], { limit: 9 }],
  ])('%s', async (_when, parts, options) => {
    const { chunks, listeners } = read(parts, options)
    await expect(chunks).rejects.toMatchObject({ statusCode: 413 })
    expect(listeners()).toStrictEqual([])
  })

  test('when its client goes away, as its mistake', async () => {
    const body = new EventEmitter()
    const chunks = readBody({ routeOptions: { bodyLimit: 9 }, headers: {} } as never, body as never)
    body.emit('error', new Error('aborted'))
    await expect(chunks).rejects.toMatchObject({ message: 'aborted', statusCode: 400 })
  })
})

test('a call whose body comes byte by byte is answered as usual', async () => {
  const { port } = await start()
  const form = new URLSearchParams(createParams({ KeyName: '' })).toString()
  const bytes = [...form].map((byte) => `1\r\n${byte}\r\n`).join('')
  const head = 'POST /v2/index.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'
  const { body } = await sendRaw(port, `${head}${bytes}0\r\n\r\n`)
  expect(body).toContain('InvalidKeyPairNameEmpty')
})
