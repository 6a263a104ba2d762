import { Writable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { collectLines } from '../../src/cli/collect-lines.ts'
import { compose } from '../../src/compose.ts'
import { readCommand } from '../../src/config/command-line.ts'
import { boundedLog } from '../../src/http/bounded-log.ts'
import { createCode } from '../support/api.ts'
import { launch } from '../support/process.ts'

/** A stream that remembers each write. */
function createOut() {
  const writes: string[] = []
  const out = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk))
      done()
    },
  })
  return { out, writes }
}

const line = (n: number) => `{"level":30,"time":${n},"msg":"${'x'.repeat(80)}"}\n`
const numbers = Array.from({ length: 1000 }, (_, n) => n)

afterEach(() => {
  // First: what it spies on is the false timer
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('lines are written together, in their order', () => {
  const { out, writes } = createOut()
  const lines = collectLines(out)
  for (const n of numbers) lines.write(line(n))
  expect(writes.length).toBeLessThan(numbers.length / 20)
  lines.flush()
  expect(writes.join('')).toBe(numbers.map(line).join(''))
  lines.flush()
  expect(writes).not.toContain('')
})

test('a few lines are written after 100 ms, for which no process stays', () => {
  vi.useFakeTimers()
  const { out, writes } = createOut()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const lines = collectLines(out)
  lines.write(line(1))
  vi.advanceTimersByTime(60)
  lines.write(line(2))
  expect(writes).toStrictEqual([])
  vi.advanceTimersByTime(40)
  expect(writes).toStrictEqual([line(1) + line(2)])
  expect(timers.mock.results.map(({ value }) => value.hasRef())).toStrictEqual([false])
  lines.write(line(3))
  vi.advanceTimersByTime(100)
  expect(writes).toStrictEqual([line(1) + line(2), line(3)])
})

test('lines beyond the limit are dropped and counted when nobody reads the others', async () => {
  const writes: string[] = []
  let read = () => {}
  const out = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk))
      read = done
    },
  })
  const lines = collectLines(out)
  const log = boundedLog(lines, 10_000)
  for (const n of numbers) log.write(line(n))
  expect(lines.writableLength).toBeLessThan(11_000)
  lines.flush()
  while (out.writableLength > 0) {
    read()
    await new Promise(setImmediate)
  }
  log.write(line(1000))
  lines.flush()
  const kept = writes.join('').split('\n').length - 3
  const dropped = `{"level":40,"time":1000,"dropped":${1000 - kept},"msg":"log lines dropped, because nobody read them"}\n`
  expect(writes.join('')).toBe(numbers.slice(0, kept).map(line).join('') + dropped + line(1000))
})

test('under load an emulator makes fewer writes than it logs lines', async () => {
  const { out, writes } = createOut()
  const command = readCommand(['--port', '0', '--pool-size', '0'], {})
  if (command.name !== 'start') throw new Error('not a command to start')
  const lines = collectLines(out)
  const emulator = await compose(command.config, lines)
  await Promise.all(numbers.slice(0, 200).map(() => createCode(emulator, { KeyName: '' })))
  await emulator.close()
  lines.flush()
  const codes = writes.join('').match(/"code":"InvalidKeyPairNameEmpty"/g)
  expect(codes).toHaveLength(200)
  expect(writes.length).toBeLessThan(100)
})

/** Throws where nothing catches it, at a signal. */
const planted = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('planted')})`

test.each([
  ['SIGTERM', 0],
  ['SIGINT', 0],
  ['SIGUSR2', 1],
] as const)('when %s ends the process, all lines are there, and before a stack', async (signal, code) => {
  const emulator = launch(['--port', '0', '--pool-size', '0'], {
    wrap: ([node = '', ...args]) => [node, '--import', planted, ...args],
  })
  const url = await emulator.ready
  const accounts = numbers.slice(0, 60).map((n) => `account${n}`)
  for (const SecretId of accounts) await createCode({ url }, { SecretId, KeyName: '' })
  emulator.child.kill(signal)
  expect(await emulator.ended).toStrictEqual({ code, signal: null })
  const [log = '', stack] = emulator.stderr().split(/^(?=[^{])/m)
  const logged = log
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  expect(logged.flatMap(({ account }) => account ?? [])).toStrictEqual(accounts)
  if (signal === 'SIGUSR2') expect(emulator.stderr()).toContain('Error: planted')
  else expect(stack).toBeUndefined()
})
