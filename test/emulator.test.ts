import { expect, test } from 'vitest'
import { OperatorError, startEmulator } from '../src/emulator.ts'
import { createCode } from './support/api.ts'
import { start } from './support/emulator.ts'

test('several emulators run in one process and share nothing', async () => {
  const [one, two] = [await start(), await start()]
  expect(one.port).not.toBe(two.port)
  expect(one.url).toBe(`http://127.0.0.1:${one.port}`)
  expect([await createCode(one), await createCode(two), await createCode(one)]).toStrictEqual([
    'Success',
    'Success',
    'InvalidKeyPairName.Duplicate',
  ])
})

test('close frees the port and may be called again; so does leaving the scope', async () => {
  const emulator = await start()
  await Promise.all([emulator.close(), emulator.close()])
  await emulator.close()
  await expect(fetch(emulator.url)).rejects.toThrow()

  let url = ''
  {
    await using scoped = await startEmulator({ port: emulator.port, keyBits: 1024 })
    url = scoped.url
    expect(await createCode(scoped)).toBe('Success')
  }
  await expect(fetch(url)).rejects.toThrow()
})

test('a port in use rejects and leaves nothing open', async () => {
  const { port } = await start()
  await expect(startEmulator({ port })).rejects.toThrow(OperatorError)
  await expect(startEmulator({ port })).rejects.toThrow(`127.0.0.1:${port} is in use`)
})

test.each([
  [{ keyBits: 512 }, 'startEmulator: keyBits: "512" is not one of 1024, 2048, 3072, 4096.'],
  [{ port: 70000 }, 'startEmulator: port: "70000" is not an integer from 0 to 65535.'],
  [{ clock: new Date(Number.NaN) }, 'startEmulator: clock: "Invalid Date" is not a time in ISO 8601'],
  [{ clock: 'now' }, 'startEmulator: clock: "now" is not a time in ISO 8601'],
  [{ projects: [-1] }, 'startEmulator: projects: "-1" is not a list of project ids'],
  [{ fixtures: { projects: ['x'] } }, '/projects/0 must be an integer'],
  [{ keyBit: 1024 }, 'startEmulator: unknown option keyBit (did you mean keyBits?); valid options: host, port, data'],
  [{ log: 'stderr' }, 'startEmulator: log has no method `write`. Give a stream, such as process.stderr.'],
  [{ now: () => 0 }, 'startEmulator: now is not a function that returns a Date.'],
])('an unknown or invalid option rejects: %j', async (options, message) => {
  await expect(startEmulator({ port: 0, ...options } as never)).rejects.toThrow(message)
})

test('the log may go to any object with a method `write`', async () => {
  const lines: string[] = []
  await start({ log: { write: (line) => lines.push(line) } })
  expect(lines.map((line) => JSON.parse(line))).not.toStrictEqual([])
})

test('the system time can be replaced, and the clock frozen', async () => {
  const time = async (url: string) => ((await (await fetch(`${url}/_emulator/health`)).json()) as { time: string }).time
  let now = 0
  const given = await start({ now: () => new Date(now) })
  expect(await time(given.url)).toBe('1970-01-01T00:00:00.000Z')
  now = 1000
  expect(await time(given.url)).toBe('1970-01-01T00:00:01.000Z')
  const frozen = await start({ clock: new Date('2017-03-12T00:00:00Z') })
  expect([await time(frozen.url), await time(frozen.url)]).toStrictEqual(Array(2).fill('2017-03-12T00:00:00.000Z'))
})

test('the printed URL of other hosts can be reached', async () => {
  for (const [host, printed] of [
    ['0.0.0.0', '127.0.0.1'],
    ['localhost', 'localhost'],
  ] as const) {
    const emulator = await start({ host })
    expect(emulator.url).toBe(`http://${printed}:${emulator.port}`)
    expect(await createCode(emulator)).toBe('Success')
  }
})
