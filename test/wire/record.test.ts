import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { play, type Session } from './record.ts'

const folder = new URL('../data/wire/', import.meta.url)

/** `RECORD=1 npx vitest run test/wire` records the current answers. Commit the difference together with its cause. */
const isRecording = process.env.RECORD === '1'

describe.each(readdirSync(folder).filter((name) => name.endsWith('.json')))('%s', (file) => {
  const sessions = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Session[]

  test.each(sessions)('$name', { timeout: 300_000 }, async (session) => {
    const answers = await play(session)
    if (isRecording) {
      for (const [index, exchange] of session.exchanges.entries()) Object.assign(exchange, { answer: answers[index] })
      writeFileSync(new URL(file, folder), `${JSON.stringify(sessions, null, 1)}\n`)
    }
    const named = (answer: (index: number) => string | undefined) =>
      Object.fromEntries(session.exchanges.map(({ name }, index) => [`${index} ${name}`, answer(index)]))
    expect(named((index) => answers[index])).toStrictEqual(named((index) => session.exchanges[index]?.answer))
  })
})
