import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'

/** Runs a command with 64 open files at most. */
const limited = (command: readonly string[]) => ['sh', '-c', 'ulimit -n 64 && exec "$@"', 'sh', ...command]

/** A module that opens files until only so many can be opened. */
const openAllBut = (free: number) =>
  `data:text/javascript,${encodeURIComponent(`
    import { closeSync, openSync } from 'node:fs'
    const all = []
    try { for (;;) all.push(openSync('/dev/null')) } catch {}
    for (const one of all.slice(-${free})) closeSync(one)`)}`

// With one, Node cannot load the command
test.each([2, 3, 4, 5, 6])(
  'when only %i files can be opened, the start says that the limit is too low',
  async (free) => {
    const fixtures = JSON.stringify({ keyPairs: [{ keyName: 'a', projectId: 0, seed: 'a' }] })
    const emulator = launch(['--port', '0', '--fixtures', fixtures, '--data', join(temporaryFolder(), 'data')], {
      wrap: ([node = '', ...rest]) => limited([node, '--import', openAllBut(free), ...rest]),
    })
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toMatch(
      /^cvm-emulator: .*too many open files.*Raise the limit, for example: ulimit -n 1024\.$/im,
    )
    expect(emulator.stderr()).not.toMatch(/\n\s+at /)
  },
)

test('with 64 open files the emulator outlives more connections than that', async () => {
  const data = join(temporaryFolder(), 'data')
  const emulator = launch(['--port', '0', '--key-bits', '1024', '--data', data], { wrap: limited })
  const url = await emulator.ready
  const sockets = Array.from({ length: 100 }, () =>
    connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {}),
  )
  // Those for which there is no file are closed
  await Promise.race(sockets.map((socket) => once(socket.resume(), 'close')))
  for (const socket of sockets) socket.destroy()
  // The emulator may refuse calls until it has seen that they are gone
  let code: string | undefined
  while (code === undefined) code = await createCode({ url }).catch(() => undefined)
  expect(code).toBe('Success')
})
