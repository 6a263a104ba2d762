import { expect, test } from 'vitest'
import { runAsync } from '../support/tools.ts'

const root = new URL('../../', import.meta.url).pathname

test.each([
  'journal',
  'the name of a parameter in the journal',
  'an error in the journal',
  'the diagnosis of a signature in the journal',
  'accounts',
  'request counts',
  'the rate limit',
  'nonces',
])('what is kept by %s is a copy, which does not keep the body', { timeout: 120_000 }, async (way) => {
  const { output } = await runAsync(process.execPath, ['--expose-gc', 'test/hostile/retained.mjs', way], root)
  // Everything was kept before the texts were copied
  expect(Number(output)).toBeLessThan(0.3)
})

test.each([
  '/_emulator/journal',
  '/_emulator/journal/wait?count=400',
  '/_emulator/journal/stream?after=0',
  '/_emulator/state',
])('clients that do not read %s cost little memory', { timeout: 120_000 }, async (path) => {
  const { output } = await runAsync(process.execPath, ['--expose-gc', 'test/hostile/slow-readers.mjs', path], root)
  // More than all of the answers was in memory before
  expect(Number(output)).toBeLessThan(0.7)
})

test('a thousand logins by SSH leave nothing behind', { timeout: 240_000 }, async () => {
  const { output } = await runAsync(process.execPath, ['--expose-gc', 'test/hostile/ssh-logins.mjs'], root)
  // In bytes; a connection that is kept has some tens of thousands
  expect(Number(output)).toBeLessThan(1_500)
})
