import { flagOf, optionNames, options, variableOf } from '../config/options.ts'

/** Returns the text that `--help` prints. */
export function helpText(): string {
  const rows = optionNames.map((name) => {
    const { value, en, default: defaultText } = options[name]
    const suffix = defaultText === undefined ? '' : ` [${defaultText}]`
    return [`--${flagOf(name)} ${value.placeholder}`, `${en}${suffix}`] as const
  })
  const all = [...rows, ['-h, --help', 'print this help'], ['-v, --version', 'print the version']] as const
  return [
    'A local emulator of the Tencent Cloud CVM key-pair API.',
    '',
    'Usage: cvm-emulator [options]',
    '',
    ...all.map(([flag, about]) =>
      flag.length > 24 ? `  ${flag}\n${' '.repeat(28)}${about}` : `  ${flag.padEnd(26)}${about}`,
    ),
    '',
    `Each option also has an environment variable: ${variableOf('keyBits')} sets --key-bits.`,
    'A flag takes precedence over the environment.',
    '',
  ].join('\n')
}
