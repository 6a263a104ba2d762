import { describe, expect, test } from 'vitest'
import { readCommand } from '../../src/config/command-line.ts'
import { unknownOptionMessage } from '../../src/config/names.ts'
import { optionNames, options, variableOf } from '../../src/config/options.ts'

const config = (args: string[], env: Record<string, string> = {}) => {
  const command = readCommand(args, env)
  if (command.name !== 'start') throw new Error(`${command.name}, not start`)
  return command.config
}

test('without flags and variables the defaults apply', () => {
  expect(config([])).toStrictEqual({
    host: '127.0.0.1',
    port: 8213,
    data: undefined,
    fixtures: undefined,
    projects: [0, 1002189, 1002190],
    accounts: 'per-secret-id',
    auth: 'known',
    credential: undefined,
    authWindow: 300,
    nonceCheck: 'off',
    operationDelay: 0,
    nameScope: 'project',
    keyPairLimit: 100,
    keyBits: 2048,
    keySource: 'fresh',
    seed: undefined,
    poolSize: 4,
    requestFaults: 'on',
    latency: undefined,
    rateLimit: { calls: 0, per: 'second' },
    journalSize: 1000,
    controlToken: undefined,
    clock: undefined,
    corsOrigin: ['loopback'],
    allowedHosts: undefined,
    tlsPort: undefined,
    tlsCa: undefined,
    tlsCert: undefined,
    tlsKey: undefined,
    tlsNames: ['cvm-emulator'],
    sshPort: undefined,
    logLevel: 'info',
  })
})

test('a flag takes precedence over the environment, and the environment over the default', () => {
  const env = { CVM_EMULATOR_KEY_BITS: '3072', CVM_EMULATOR_PROJECTS: '1, 2', PORT: '1', CVM_EMULATOR_PORT: '2' }
  const { keyBits, projects, port } = config(['--key-bits=4096'], env)
  expect([keyBits, projects, port]).toStrictEqual([4096, [1, 2], 2])
  expect(config([], { PORT: '1' }).port).toBe(1)
})

test('an empty variable is ignored, and so is the URL that Kubernetes sets for a service of this name', () => {
  const env = {
    CVM_EMULATOR_DATA: '',
    CVM_EMULATOR_PORT: 'tcp://10.96.0.1:8213',
    CVM_EMULATOR_SERVICE_HOST: '10.96.0.1',
  }
  const { data, port } = config([], env)
  expect([data, port]).toStrictEqual([undefined, 8213])
})

test('a negative number after a flag is an invalid value, not an unknown flag', () => {
  expect(() => config(['--port', '-1'])).toThrow('--port: "-1" is not an integer from 0 to 65535.')
  expect(() => config(['--projects', '-1,2'])).toThrow('--projects: "-1,2" is not a list of project ids')
})

test.each([
  ['keyBit', ' (did you mean keyBits?)'],
  ['tlsname', ' (did you mean tlsNames?)'],
  ['log-level', ' (did you mean logLevel?)'],
  ['verbose', ''],
  ['x', ''],
])('the message about the unknown option %s suggests the nearest name, if one is near', (name, suggestion) => {
  expect(unknownOptionMessage(name, ['keyBits', 'tlsNames', 'logLevel'])).toBe(
    `unknown option ${name}${suggestion}; valid options: keyBits, tlsNames, logLevel.`,
  )
})

test('the configuration cannot be changed', () => {
  expect(Object.isFrozen(config([]))).toBe(true)
})

const invalid: Record<(typeof optionNames)[number], string[]> = {
  host: [''],
  port: ['-1', '65536', '08213', '80a', '1e3', ''],
  data: [''],
  fixtures: [''],
  projects: ['', 'a', '01', '1,,2', '-1', '1.5', '9007199254740993'],
  accounts: ['one', ''],
  auth: ['on', 'Strict'],
  credential: ['', 'AKIDa', ':key', 'AKIDa:', 'AKIDa:k,', 'AKIDa:k\0', 'AKIDa:k,AKIDa:l', `${'a'.repeat(257)}:key`],
  authWindow: ['-1', '5m'],
  nonceCheck: ['yes'],
  operationDelay: ['-1', '3600001', '1s'],
  nameScope: ['region'],
  keyPairLimit: ['-1', '1000001', 'x'],
  keyBits: ['512', '2047', '02048'],
  keySource: ['random', ''],
  seed: [''],
  poolSize: ['-1', '10001', 'many'],
  requestFaults: ['yes'],
  latency: ['', '-1', '300..80', '1..2..3', '80ms', '600001'],
  rateLimit: ['-1', 'on', '1000001', '5/hour', '/minute', '5/', '05', '1.5'],
  journalSize: ['-1', '1000001'],
  controlToken: ['', ' ', ' token', 'token ', 'a\ttoken', 'tökén', 'token\n', '\x7f'],
  clock: ['now', '2017-03-12', '2017-13-12T00:00:00Z', '2017-02-30T00:00:00Z', '2017-03-12T00:00:00', '1489305600'],
  corsOrigin: [
    'app.example',
    'http://*.example',
    'https://a.*.example',
    'https://*.a.example/',
    'https://app.example/',
    'ftp',
    'loopback;none',
    '',
  ],
  allowedHosts: ['', 'a,,b', 'http://x', '*', 'a.*.b'],
  tlsPort: ['-1', 'https'],
  sshPort: ['-1', '65536', 'ssh'],
  tlsCa: [''],
  tlsCert: [''],
  tlsKey: [''],
  tlsNames: ['', 'a,,b', 'https://x', 'a b'],
  logLevel: ['verbose'],
}

test('a control token may have any printable ASCII character, and the message does not repeat it', () => {
  const printable = Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index)
  const controlToken = `${String.fromCharCode(...printable)} and a word`
  expect(config([`--control-token=${controlToken}`]).controlToken).toBe(controlToken)
  expect(() => config(['--control-token=two\twords'])).toThrow(
    '--control-token: the value is not a text of printable ASCII characters that neither begins nor ends with a space.',
  )
})

describe.each(optionNames)('%s', (name) => {
  test.each(invalid[name])(
    '"%s" is invalid as flag and as variable; the message names the source and the valid values',
    (text) => {
      const flag = `--${variableOf(name).slice('CVM_EMULATOR_'.length).toLowerCase().replaceAll('_', '-')}`
      const { expected, isSecret } = options[name].value
      const message = (source: string) => `${source}: ${isSecret ? 'the value' : `"${text}"`} is not ${expected}.`
      expect(() => config([`${flag}=${text}`])).toThrow(message(flag))
      if (text !== '') expect(() => config([], { [variableOf(name)]: text })).toThrow(message(variableOf(name)))
    },
  )
})
