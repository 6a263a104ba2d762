import { text as readAll } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { sendPieces } from '../../src/control/pieces.ts'
import { countTurns } from '../support/turns.ts'

/** What was sent, and how many of the pieces were made at once. */
async function sendAll(pieces: readonly string[]) {
  let made = 0
  let sent: unknown
  const reply = {
    type: () => reply,
    send(payload: unknown) {
      sent = payload
    },
  }
  const make = function* () {
    for (const piece of pieces) {
      made++
      yield piece
    }
  }
  await sendPieces(reply as never, make())
  return { sent, made }
}

test('an answer of ordinary size is made at once, so that it shows one moment', async () => {
  const pieces = Array.from({ length: 24 }, (_, index) => String(index).padStart(10_000, '.'))
  expect(await sendAll(pieces)).toStrictEqual({ sent: pieces.join(''), made: 24 })
})

test('of a large answer only the beginning is made before the client reads', async () => {
  const pieces = Array.from({ length: 100 }, (_, index) => String(index).padStart(100_000, '.'))
  const { sent, made } = await sendAll(pieces)
  expect(made).toBe(3)
  expect(await readAll(sent as NodeJS.ReadableStream)).toBe(pieces.join(''))
})

test('the rest of a large answer is made a few pieces at a time, and others have their turns in between', async () => {
  const pieces = Array.from({ length: 300 }, () => '.'.repeat(70_000))
  const { sent } = await sendAll(pieces)
  const turns = countTurns()
  expect(await readAll(sent as NodeJS.ReadableStream)).toHaveLength(300 * 70_000)
  expect(turns()).toBeGreaterThan(250)
})
