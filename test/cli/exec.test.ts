import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exec, type Host } from '../../src/cli/exec.ts'
import { readCommand } from '../../src/config/command-line.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { type EmulatorProcess, launch } from '../support/process.ts'
import { testWith } from '../support/tools.ts'

const options = ['--key-bits', '1024', '--pool-size', '0']

/** Runs a program of Node under `cvm-emulator exec`. */
const execNode = (program: string, more: Parameters<typeof launch>[1] = {}, args: readonly string[] = []) =>
  launch(['exec', ...options, ...args, '--', process.execPath, '-e', program], more)

/** Resolves with the first match of what the command prints. */
const printed = ({ child, stdout }: EmulatorProcess, pattern: RegExp): Promise<string> =>
  new Promise((resolve) => {
    child.stdout?.on('data', () => {
      const [match] = pattern.exec(stdout()) ?? []
      if (match !== undefined) resolve(match)
    })
  })

const urlPattern = /http:\S+/

test('the command gets the URL of a new emulator, its exit code is returned, and nothing else is printed', async () => {
  const program = `
    fetch(process.env.CVM_EMULATOR_URL + '/?Action=DescribeKeyPairs&Version=2017-03-12').then(async (answer) => {
      console.log(await answer.text(), process.env.CVM_EMULATOR_URL)
      process.exitCode = 7
    })`
  const emulator = execNode(program)
  expect(await emulator.ended).toStrictEqual({ code: 7, signal: null })
  expect(emulator.stdout()).toMatch(/^\{"Response":\{"TotalCount":0,.*\}\} http:\/\/127\.0\.0\.1:\d+\n$/)
  expect(emulator.stderr()).toBe('')
})

test.each([
  ['a signal', ['sh', '-c', 'kill -KILL $$'], 137, ''],
  ['another signal', ['sh', '-c', 'kill -TERM $$'], 143, ''],
  [
    'a file that does not exist',
    ['./no-such-program'],
    127,
    './no-such-program was not found. Check its name and PATH.',
  ],
  ['a file that is no program', [join(import.meta.dirname, 'exec.test.ts')], 126, 'is not an executable file.'],
])('%s gives the exit code of a shell', async (_title, command, code, message) => {
  const emulator = launch(['exec', ...options, '--', ...command])
  expect(await emulator.ended).toStrictEqual({ code, signal: null })
  expect(emulator.stdout()).toBe('')
  expect(emulator.stderr()).toMatch(message === '' ? /^$/ : /^cvm-emulator: exec: .*\n$/)
  expect(emulator.stderr()).toContain(message)
})

test('when the emulator cannot start, the command is not run', async () => {
  const { port } = await start()
  const emulator = execNode('console.log(1)', { env: { CVM_EMULATOR_PORT: `${port}` } })
  expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
  expect(emulator.stdout()).toBe('')
  expect(emulator.stderr()).toContain(`127.0.0.1:${port} is in use`)
})

test('the log has warnings only, unless --log-level says more', async () => {
  const program = `
    const url = new URL(process.env.CVM_EMULATOR_URL)
    fetch(url + '?Action=DescribeKeyPairs&Version=2017-03-12').then(() =>
      require('http').request({ port: url.port, method: 'CONNECT', path: 'example.com:443' })
        .on('connect', () => process.exit()).end())`
  const messages = async (...args: readonly string[]) => {
    const emulator = execNode(program, {}, args)
    expect(await emulator.ended).toMatchObject({ code: 0 })
    return emulator.stderr().match(/(?<="msg":")[^"]+/g)
  }
  expect(await messages()).toStrictEqual(['CONNECT target refused'])
  expect(await messages('--log-level', 'info')).toContain('request completed')
})

describe('signals', () => {
  /** Prints what it receives, and ends with 3 when the emulator still answers at SIGTERM or SIGHUP. */
  const program = `
    let interrupts = 0
    const end = (signal) => fetch(process.env.CVM_EMULATOR_URL + '/_emulator/ready').then(() => {
      console.log(signal + ' ' + interrupts)
      process.exit(3)
    })
    process.on('SIGINT', () => { interrupts++; console.log('interrupted'); process.kill(process.ppid, 'SIGTERM') })
    process.on('SIGTERM', end).on('SIGHUP', end)
    console.log(process.env.CVM_EMULATOR_URL)
    setInterval(() => {}, 1000)`

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s is passed on, and the emulator ends after the command',
    async (signal) => {
      const emulator = execNode(program)
      const url = await printed(emulator, urlPattern)
      emulator.child.kill(signal)
      expect(await emulator.ended).toStrictEqual({ code: 3, signal: null })
      expect(emulator.stdout()).toContain(`${signal} 0\n`)
      await expect(fetch(url)).rejects.toThrow('fetch failed')
    },
  )

  testWith('setsid')('without a terminal SIGINT is passed on', async () => {
    const emulator = execNode(program, { wrap: (command) => ['setsid', ...command] })
    await printed(emulator, urlPattern)
    emulator.child.kill('SIGINT')
    expect(await emulator.ended).toStrictEqual({ code: 3, signal: null })
    expect(emulator.stdout()).toContain('SIGTERM 1\n')
  })

  testWith('script --quiet --return --command true /dev/null')(
    'at a terminal the command gets the SIGINT of Ctrl-C once',
    async () => {
      // A terminal sends it to the whole group; a SIGINT that is passed on would come before the SIGTERM that follows
      const ctrlC = `${program}; process.kill(0, 'SIGINT')`
      const file = join(temporaryFolder(), 'ctrl-c.cjs')
      writeFileSync(file, ctrlC)
      const emulator = launch(['exec', ...options, '--', process.execPath, file], {
        wrap: (command) => ['script', '--quiet', '--return', '--command', `exec ${command.join(' ')}`, '/dev/null'],
      })
      expect(await emulator.ended).toStrictEqual({ code: 3, signal: null })
      expect(emulator.stdout()).toContain('SIGTERM 1\r\n')
    },
  )

  test('one that comes during the start ends it, and the command is not run', async () => {
    const command = readCommand(['exec', '--', 'no-such-program'], {})
    if (command.name !== 'exec') throw new Error('not exec')
    const print: Host['print'] = (message) => expect.unreachable(message)
    const host: Host = {
      env: {},
      start: () => new Promise(() => {}),
      onSignal: (listener) => setImmediate(listener, 'SIGTERM'),
      onExit: () => {},
      print,
    }
    expect(await exec(command, host)).toBe(143)
  })
})

/** Throws where nothing catches it, at a signal. */
const planted = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('planted')})`

test.each([
  ['SIGKILL', { code: null, signal: 'SIGKILL' }],
  ['SIGUSR2', { code: 1, signal: null }],
] as const)('the command does not outlive an emulator that is ended by %s', async (signal, end) => {
  const emulator = execNode(`console.log('started'); setInterval(() => {}, 1000)`, {
    wrap: ([node = '', ...args]) => [node, '--import', planted, ...args],
  })
  await printed(emulator, /started/)
  emulator.child.kill(signal)
  // Its output ends when the last process that has it is gone: the command
  expect(await emulator.ended).toStrictEqual(end)
})
