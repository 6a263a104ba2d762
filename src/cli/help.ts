import type { Subcommand } from '../config/command-line.ts'
import { flagOf, groupedOptions, options, variableOf } from '../config/options.ts'

type Row = readonly [left: string, right: string]

const commonRows: readonly Row[] = [
  ['-h, --help', 'print this help'],
  ['-v, --version', 'print the version'],
]

/** Returns the text that `--help` prints, of the command itself or of `exec` or `health`. */
export const helpText = (about?: Subcommand): string => `${texts[about ?? 'start']().join('\n')}\n`

const texts = {
  start: () => [
    'A local emulator of the Tencent Cloud CVM key-pair API.',
    '',
    'Usage:',
    ...table([
      ['cvm-emulator [options]', 'start the emulator'],
      ['cvm-emulator exec', 'run a command with an emulator of its own'],
      ['cvm-emulator health', 'ask a running emulator whether it is ready'],
    ]),
    ...groupedOptions.flatMap(({ en, names }) => ['', `${en}:`, ...table(names.map(optionRow))]),
    '',
    'Other:',
    ...table(commonRows),
    '',
    `Each option also has an environment variable: ${variableOf('keyBits')} sets --key-bits.`,
    'A flag takes precedence over the environment. exec and health have a --help of their own.',
    '',
    'Examples:',
    '  cvm-emulator --fixtures fixtures/example.json --data state',
    '  cvm-emulator --key-source seeded --seed any --clock 2026-01-01T00:00:00Z',
    '  cvm-emulator --host 0.0.0.0 --latency 80..300 --rate-limit 100/minute',
    '  cvm-emulator exec -- npm test',
    '  cvm-emulator health http://127.0.0.1:8213',
  ],
  exec: () => [
    'Starts an emulator, runs a command, and stops the emulator when the command ends.',
    '',
    'Usage: cvm-emulator exec [options] -- COMMAND [arguments]',
    '',
    'The command gets the URL of the emulator as CVM_EMULATOR_URL.',
    '',
    'Options:',
    ...table([['--with-proxy', 'make the emulator the proxy of the command, and its CA trusted'], ...commonRows]),
    '',
    'All options of cvm-emulator --help can be given, too, with two other defaults: --port 0 and',
    '--log-level warn. The log goes to stderr. PORT is left to the command.',
    '',
    'The exit code is that of the command; 128 + N when signal N ended it, 127 when it was not found,',
    '126 when it cannot be executed, and 2 when the emulator cannot start.',
    '',
    'Examples:',
    '  cvm-emulator exec -- npm test',
    '  cvm-emulator exec --key-bits 1024 --fixtures fixtures/example.json -- npm test',
    "  cvm-emulator exec --with-proxy -- curl -s 'https://cvm.api.qcloud.com/_emulator/ready'",
    `  cvm-emulator exec -- sh -c 'curl -s "$CVM_EMULATOR_URL/_emulator/health"'`,
  ],
  health: () => [
    'Asks a running emulator whether it is ready.',
    '',
    'Usage: cvm-emulator health [URL]',
    '',
    'Without a URL it asks CVM_EMULATOR_URL, or else the host and port of an emulator that starts in the',
    'same environment: CVM_EMULATOR_HOST, and CVM_EMULATOR_PORT or PORT.',
    '',
    'Options:',
    ...table(commonRows),
    '',
    'The exit code is 0 when it is ready; 1 when it is not, or does not answer within two seconds;',
    '2 for a wrong URL.',
    '',
    'Examples:',
    '  cvm-emulator health',
    '  cvm-emulator health http://127.0.0.1:8213',
  ],
} satisfies Record<Subcommand | 'start', () => readonly string[]>

function optionRow(name: keyof typeof options): Row {
  const { value, en, default: defaultText } = options[name]
  const suffix = defaultText === undefined ? '' : ` [${defaultText}]`
  return [`--${flagOf(name)} ${value.placeholder}`, `${en}${suffix}`]
}

const table = (rows: readonly Row[]): string[] =>
  rows.map(([left, right]) =>
    left.length > 24 ? `  ${left}\n${' '.repeat(28)}${right}` : `  ${left.padEnd(26)}${right}`,
  )
