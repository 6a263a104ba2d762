import { describe, expect, test } from 'vitest'
import { readCommand } from '../../src/config/command-line.ts'
import { unknownVariablesWarning } from '../../src/config/unknown-variables.ts'

const readExec = (args: readonly string[], env: Record<string, string> = {}) => {
  const command = readCommand(['exec', ...args], env)
  if (command.name !== 'exec') throw new Error(`${command.name}, not exec`)
  return command
}

describe('exec', () => {
  test.each([
    [
      ['--', 'npm', 'test'],
      ['npm', 'test'],
    ],
    [
      ['--', 'npm', '--help', '--port', '-1', '--', 'x'],
      ['npm', '--help', '--port', '-1', '--', 'x'],
    ],
    [
      ['--', '--odd-name', '-v'],
      ['--odd-name', '-v'],
    ],
    // npm and some shells take the first `--` for themselves
    [
      ['npm', 'test', '--watch', '--', '--with-proxy'],
      ['npm', 'test', '--watch', '--', '--with-proxy'],
    ],
    [
      ['--key-bits', '1024', 'npm', 'test'],
      ['npm', 'test'],
    ],
    [['--key-bits=1024', '--', 'npm'], ['npm']],
  ])('with %j passes on what belongs to the command', (args, command) => {
    const { command: read, withProxy } = readExec(args)
    expect([read, withProxy]).toStrictEqual([command, false])
  })

  test('takes a free port and logs warnings, unless it is told otherwise', () => {
    const read = (args: readonly string[], env?: Record<string, string>) => {
      const { port, logLevel } = readExec([...args, '--', 'x'], env).config
      return [port, logLevel]
    }
    expect(read([])).toStrictEqual([0, 'warn'])
    expect(read(['--port', '8213', '--log-level', 'debug'])).toStrictEqual([8213, 'debug'])
    expect(read([], { CVM_EMULATOR_PORT: '8213', CVM_EMULATOR_LOG_LEVEL: 'info' })).toStrictEqual([8213, 'info'])
    // The command's own server may listen on it
    expect(read([], { PORT: '3000' })).toStrictEqual([0, 'warn'])
  })

  test('--with-proxy stands before the command', () => {
    expect(readExec(['--with-proxy', '--', 'x'])).toMatchObject({ withProxy: true, command: ['x'] })
  })
})

test.each([
  [['exec'], 'exec: there is no command to run. Use cvm-emulator exec [options] -- COMMAND [arguments].'],
  [['exec', '--'], 'exec: there is no command to run.'],
  [['exec', '--', ''], 'exec: there is no command to run.'],
  [
    ['exec', '--with-prox', '--', 'x'],
    'exec: unknown option --with-prox (did you mean --with-proxy?); valid options: --host',
  ],
  [['exec', '--port', '--', 'x'], 'exec: --port needs a value. See exec --help for the options.'],
  [['exec', '--port', '-1', '--', 'x'], '--port: "-1" is not an integer from 0 to 65535.'],
  [['health', '--port', '1'], 'health: unknown option --port; valid options: --help, --version.'],
  [['health', 'http://a', 'http://b'], 'health: there is more than one URL. Use cvm-emulator health [URL].'],
  [['--port', '0', 'exec', '--', 'x'], 'exec must come first: cvm-emulator exec [options] -- COMMAND [arguments].'],
  [['exce', '--', 'x'], 'unknown command exce (did you mean exec?); valid commands: exec, health.'],
  [['helth'], 'unknown command helth (did you mean health?)'],
  [
    ['start'],
    'unknown command start; valid commands: exec, health. Without a command the emulator starts. See --help.',
  ],
  [['--prot', '1'], 'unknown option --prot (did you mean --port?)'],
  [['--port'], '--port needs a value. See --help for the options.'],
  [['--port', '8443', '--tls-port', '8443'], '--port and --tls-port are both 8443: choose another --tls-port'],
])('%j is refused: %s', (args, message) => {
  expect(() => readCommand(args, {})).toThrow(message)
})

test('both ports may be free ones', () => {
  expect(readCommand(['--port', '0', '--tls-port', '0'], {})).toMatchObject({ config: { port: 0, tlsPort: 0 } })
})

describe('unknown variables', () => {
  test('are listed in one line, each with the nearest name', () => {
    const env = { CVM_EMULATOR_KEYBITS: '1', CVM_EMULATOR_VERBOSE: '1', CVM_EMULATOR_PORT: '0', OTHER: '1' }
    expect(unknownVariablesWarning(env)).toBe(
      'unknown environment variables without effect: CVM_EMULATOR_KEYBITS (did you mean CVM_EMULATOR_KEY_BITS?), CVM_EMULATOR_VERBOSE',
    )
    expect(unknownVariablesWarning({ CVM_EMULATOR_PROT: '0' })).toBe(
      'unknown environment variable without effect: CVM_EMULATOR_PROT (did you mean CVM_EMULATOR_PORT?)',
    )
  })

  test('are not those that are empty, CVM_EMULATOR_URL, or set by Kubernetes or a link of Docker', () => {
    const names = [
      ...['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTP', 'NAME', 'ENV_NODE_VERSION', 'WEB_SERVICE_HOST'],
      ...['PORT_8213_TCP', 'PORT_8213_TCP_ADDR', 'PORT_8213_TCP_PORT', 'PORT_8213_TCP_PROTO', 'URL'],
    ]
    const env = Object.fromEntries(names.map((name) => [`CVM_EMULATOR_${name}`, 'x']))
    const others = { CVM_EMULATOR_PORT: 'tcp://10.96.0.1:8213', CVM_EMULATOR_WEB_PORT: 'tcp://10.96.0.1:80' }
    expect(unknownVariablesWarning({ ...env, ...others, CVM_EMULATOR_EMPTY: '' })).toBeUndefined()
  })
})
