import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/emulator.ts'
import { run, runAsync, testWith } from './support/tools.ts'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const preload = file('support/report-connections.mjs')
const offline = [
  'unshare',
  '--map-root-user',
  '--net',
  '--kill-child',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  '-',
]

/** The lines of `report-connections.mjs` in an output. */
const reports = (output: string) => output.split('\n').filter((line) => line.startsWith('outward'))

testWith('unshare --map-root-user --net ip link set lo up')(
  'without any network everything works, and nothing tries to leave the machine',
  async () => {
    const emulator = ['--import', preload, file('../src/main.ts'), '--data', temporaryFolder()]
    const [program = '', ...args] = [...offline, process.execPath, file('support/use-offline.mjs'), ...emulator]
    const { status, output } = await runAsync(program, args, '/')
    expect([status, output]).toStrictEqual([0, expect.stringContaining('"interfaces"')])
    expect(JSON.parse(/^\{"interfaces".*$/m.exec(output)?.[0] ?? '')).toStrictEqual({
      interfaces: ['lo'],
      outside: 'ENETUNREACH',
      created: ['http', 'https', 'proxy'],
      refused: 403,
      names: ['http', 'https', 'proxy'],
      loaded: 200,
      ended: [0, null],
    })
    // The process and each of its threads say so
    expect(new Set(reports(output))).toStrictEqual(new Set(['outward reports are on']))
  },
)

test.each([
  ['a fetch', "await fetch('http://127.0.0.1:8').catch(() => {})", 'connection connect'],
  ['a connection', "import { connect } from 'node:net'; connect(9, '127.0.0.1').on('error', () => {})", 'connection'],
  ['a look-up', "import { lookup } from 'node:dns/promises'; await lookup('localhost')", 'look-up lookup "localhost"'],
  [
    'a query',
    "import { Resolver } from 'node:dns'; const r = new Resolver(); r.setServers(['127.0.0.1:9']); r.resolve4('a', () => {}); r.cancel()",
    'look-up resolve4 "a"',
  ],
  [
    'a datagram',
    "import { createSocket } from 'node:dgram'; const s = createSocket('udp4'); s.send('a', 9, '127.0.0.1', () => s.close())",
    'datagram send',
  ],
  ['a process', "import { spawn } from 'node:child_process'; spawn('true')", 'process spawn'],
])('the reports would name %s', (_what, program, report) => {
  const args = ['--import', preload, '--input-type=module', '-e', program]
  expect(reports(run(process.execPath, args).output)).toContainEqual(expect.stringContaining(`outward ${report}`))
})
