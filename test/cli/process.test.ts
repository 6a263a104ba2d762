import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { helpText } from '../../src/cli/help.ts'
import { createCode, createParams, get, target } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'
import { sendRaw } from '../support/raw.ts'
import { run, testWith } from '../support/tools.ts'

const free = ['--port', '0', '--key-bits', '1024', '--pool-size', '0']

test('a starting state whose keys are made from seeds is there when the process is ready', async () => {
  const fixtures = JSON.stringify({ keyPairs: [{ keyName: 'web', seed: 'any text' }] })
  const { child, ready, ended } = launch(['--port', '0', '--fixtures', fixtures])
  expect(await createCode({ url: await ready }, { KeyName: 'web' })).toBe('InvalidKeyPairName.Duplicate')
  child.kill('SIGTERM')
  expect(await ended).toStrictEqual({ code: 0, signal: null })
})

test('stdout has only the ready line, and the log on stderr is JSON', async () => {
  const emulator = launch(free)
  const url = await emulator.ready
  expect(await createCode({ url })).toBe('Success')
  emulator.child.kill('SIGTERM')
  expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
  expect(emulator.stdout()).toBe(`cvm-emulator ready on ${url}\n`)
  const lines = emulator
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({ action: 'CreateKeyPair', account: 'default', code: 'Success' })
})

test('unknown variables are one warning in the log', async () => {
  const env = { CVM_EMULATOR_KEYBITS: '1024', CVM_EMULATOR_SERVICE_HOST: '10.96.0.1' }
  const warnings = async (...args: readonly string[]) => {
    const emulator = launch([...free, ...args], { env })
    await emulator.ready
    emulator.child.kill('SIGTERM')
    await emulator.ended
    const lines = emulator.stderr().split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40)
  }
  const msg = 'unknown environment variable without effect: CVM_EMULATOR_KEYBITS (did you mean CVM_EMULATOR_KEY_BITS?)'
  expect(await warnings()).toStrictEqual([{ level: 40, time: expect.any(Number), msg }])
  expect(await warnings('--log-level', 'error')).toStrictEqual([])
})

test('--version and --help print to stdout', async () => {
  const [versionAsked, helpAsked] = [launch(['--version']), launch(['-h', '--port', 'nonsense'])]
  expect(await versionAsked.ended).toStrictEqual({ code: 0, signal: null })
  expect(versionAsked.stdout()).toBe(`${manifest.version}\n`)
  expect(await helpAsked.ended).toStrictEqual({ code: 0, signal: null })
  expect(helpAsked.stdout()).toBe(helpText())
})

test('the environment is read, including PORT, and a flag takes precedence', async () => {
  const busy = await start()
  const byPort = launch(['--key-bits', '1024'], { env: { PORT: `${busy.port}` } })
  await byPort.ended
  expect(byPort.stderr()).toContain(`127.0.0.1:${busy.port} is in use`)

  const ours = launch(['--key-bits', '1024'], { env: { PORT: `${busy.port}`, CVM_EMULATOR_PORT: '0' } })
  await ours.ready
  const flagged = launch(free, { env: { CVM_EMULATOR_PORT: `${busy.port}`, CVM_EMULATOR_PROJECTS: '7' } })
  const url = await flagged.ready
  expect([await createCode({ url }, { ProjectId: '7' }), await createCode({ url }, { ProjectId: '0' })]).toStrictEqual([
    'Success',
    'InvalidProjectId.NotFound',
  ])
})

describe('an error of the operator ends the process with 2 and a message that says what to do', () => {
  test.each([
    [['--key-bits', '512'], '--key-bits: "512" is not one of 1024, 2048, 3072, 4096.'],
    [
      ['--keybits', '1024'],
      'unknown option --keybits (did you mean --key-bits?); valid options: --host, --port, --data,',
    ],
    [['start'], 'unknown command start; valid commands: exec, health. Without a command the emulator starts.'],
    [['--port', '8443', '--tls-port', '8443'], '--port and --tls-port are both 8443: choose another --tls-port'],
    [['--fixtures', '[]'], '--fixtures (inline): / must be an object'],
    [['--port'], 'See --help for the options.'],
    [['--fixtures', '/nowhere.json'], 'Give the path of a JSON file, or the JSON itself.'],
    [['--host', '192.0.2.1', '--port', '0'], 'Use --host 127.0.0.1, or --host 0.0.0.0 for all addresses.'],
  ])('%j', async (args, message) => {
    const emulator = launch(args)
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toContain(`cvm-emulator: `)
    expect(emulator.stderr()).toContain(message)
    expect(emulator.stderr()).not.toMatch(/\n\s+at /)
    expect(emulator.stdout()).toBe('')
  })

  test('the message about a variable names the variable', async () => {
    const emulator = launch([], { env: { CVM_EMULATOR_KEY_PAIR_LIMIT: 'many' } })
    expect(await emulator.ended).toMatchObject({ code: 2 })
    expect(emulator.stderr()).toContain('CVM_EMULATOR_KEY_PAIR_LIMIT: "many" is not an integer from 0')
  })

  test('a port in use', async () => {
    const { port } = await start()
    const emulator = launch(['--port', `${port}`])
    expect(await emulator.ended).toMatchObject({ code: 2 })
    expect(emulator.stderr()).toContain(`Stop it, or choose another --port (0 = any free port).`)
  })
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'at %s the requests in progress are answered, and further signals have no effect',
  async (signal) => {
    const data = temporaryFolder()
    const args = ['--port', '0', '--data', data]
    const emulator = launch(args)
    const url = await emulator.ready

    const idle = new Agent({ keepAlive: true })
    await new Promise((resolve) =>
      request(`${url}/_emulator/health`, { agent: idle }, (r) => r.resume().on('end', resolve)).end(),
    )
    const halfOpen = connect(Number(new URL(url).port), '127.0.0.1')
    halfOpen.on('error', () => {})
    await new Promise((resolve) => halfOpen.write('POST /v2/index.php HTTP/1.1\r\nHost: x\r\n', resolve))
    const delayed = get({ url }, createParams(), { 'X-Emulator-Delay': '600000' })
    const many = Array.from({ length: 40 }, (_, index) => get({ url }, createParams({ KeyName: `k${index}` })))
    // When the first is answered the others have arrived and wait for their keys
    await Promise.race(many)
    await fetch(`${url}/_emulator/health`)

    const began = performance.now()
    emulator.child.kill(signal)
    emulator.child.kill(signal)
    expect((await delayed).Response.Error).toStrictEqual({
      Code: 'InternalServerError',
      Message: 'An internal error has occurred. The emulator is shutting down.',
    })
    const codes = (await Promise.all(many)).map(({ Response }) => Response.Error?.Code ?? 'Success')
    expect(new Set(codes)).toStrictEqual(new Set(['Success', 'InternalServerError']))
    emulator.child.kill(signal)
    expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
    // The target is one second; ten times that distinguishes a hang from a busy machine
    expect(performance.now() - began).toBeLessThan(10_000)
    idle.destroy()
    halfOpen.destroy()

    const again = { url: await launch(args).ready }
    const codesAgain = await Promise.all(
      codes.map((_, index) => createCode(again, { KeyName: `k${index}`, ProjectId: '0' })),
    )
    const kept = codesAgain.map((code) => (code === 'InvalidKeyPairName.Duplicate' ? 'Success' : 'InternalServerError'))
    expect(kept).toStrictEqual(codes)
  },
)

testWith('pgrep', 'unshare --fork --pid --map-root-user true')(
  'as PID 1 the emulator also ends at SIGTERM',
  async () => {
    const own = ['unshare', '--fork', '--pid', '--kill-child', '--map-root-user']
    const emulator = launch(free, { wrap: (command) => [...own, ...command] })
    await emulator.ready
    const pid = run('pgrep', ['-P', `${emulator.child.pid}`]).output.trim()
    expect(run('kill', ['-TERM', pid]).status).toBe(0)
    expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
  },
)

test('the emulator goes on when the reader of its output ends', async () => {
  const emulator = launch(free)
  const url = await emulator.ready
  emulator.child.stderr?.destroy()
  emulator.child.stdout?.destroy()
  expect([await createCode({ url }), await createCode({ url }, { KeyName: 'b' })]).toStrictEqual(['Success', 'Success'])
})

test('with --clock the time does not change', async () => {
  const emulator = launch([...free, '--clock', '2017-03-12T08:00:00+08:00'])
  const url = await emulator.ready
  for (let i = 0; i < 2; i++) {
    const health = await (await fetch(`${url}/_emulator/health`)).json()
    expect(health).toMatchObject({ time: '2017-03-12T00:00:00.000Z' })
  }
})

test('a second process on the same folder ends with an error, and the first one goes on', async () => {
  const data = temporaryFolder()
  const first = launch([...free, '--data', data])
  const url = await first.ready
  const second = launch([...free, '--data', data])
  expect(await second.ended).toStrictEqual({ code: 2, signal: null })
  expect(second.stderr()).toContain(
    `${join(data, 'cvm-emulator.db')}: another cvm-emulator is using this folder. Stop it, or give each its own --data FOLDER.`,
  )
  expect(await createCode({ url })).toBe('Success')
})

test('every create that was answered survives SIGKILL, 20 times', { timeout: 300_000 }, async () => {
  const data = temporaryFolder()
  for (let round = 0; round < 20; round++) {
    const emulator = launch([...free, '--data', data])
    const url = await emulator.ready
    if (round > 0) expect(await createCode({ url }, { KeyName: `k${round - 1}` })).toBe('InvalidKeyPairName.Duplicate')
    const code = await createCode({ url }, { KeyName: `k${round}` })
    emulator.child.kill('SIGKILL')
    expect([round, code]).toStrictEqual([round, 'Success'])
    expect(await emulator.ended).toStrictEqual({ code: null, signal: 'SIGKILL' })
  }
})

testWith('script --quiet --return --command true /dev/null')(
  'at a terminal the command prints a banner, and the log as text',
  async () => {
    const emulator = launch([...free, '--clock', '2017-03-12T00:00:00Z', '--fixtures', 'fixtures/example.json'], {
      wrap: (command) => ['script', '--quiet', '--return', '--command', command.join(' '), '/dev/null'],
    })
    const url = await emulator.ready
    const name = encodeURIComponent('\u001b[2J')
    await fetch(`${url}${target(createParams())}&SecretId=${name}`, { headers: { origin: 'http://a\u009b31m' } })
    await fetch(`${url}/nowhere?Signature=x`)
    await sendRaw(Number(new URL(url).port), 'hello\r\n\r\n')
    emulator.child.kill('SIGTERM')
    await emulator.ended
    expect(emulator.stdout()).toContain(
      `curl '${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12&KeyName=Tencent&ProjectId=0'`,
    )
    expect(emulator.stdout()).toContain('frozen at 2017-03-12T00:00:00.000Z')
    expect(emulator.stdout()).toMatch(/projects +0, 7, 8, 1002189, 1002190\r?\n +keys +RSA 1024, limit 50 per project/)
    expect(emulator.stdout()).toMatch(/GET {2}\/nowhere {2}404 {2}[\d.]+ ms/)
    expect(emulator.stdout()).toMatch(/InvalidParameter {2}A parameter is missing .* not valid HTTP/)
    expect(emulator.stdout()).not.toMatch(/undefined|\u009b|Server listening/)
    expect(emulator.stdout()).toMatch(/\d\d:\d\d:\d\d {2}CreateKeyPair {2}�\[2J {2}Success {2}\d/)
  },
)
