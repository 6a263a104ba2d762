import { parseArgs } from 'node:util'
import { messageOf, OperatorError } from '../system/errors.ts'
import { type Config, flagOf, type OptionName, optionNames, options, variableOf } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the command line asks for. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'start'; readonly config: Config }

/** Flag beats environment beats default. OperatorError for an unknown flag or a value that is not allowed. */
export function readCommand(args: readonly string[], env: Environment): Command {
  const flags = readFlags(args)
  if (flags.help) return { name: 'help' }
  if (flags.version) return { name: 'version' }
  return {
    name: 'start',
    config: readConfig((name) => {
      const flag = flags[flagOf(name)]
      if (typeof flag === 'string') return { text: flag, source: `--${flagOf(name)}` }
      return fromEnvironment(name, env)
    }),
  }
}

/** The text that was given for an option, and where. */
interface Given {
  readonly text: string
  readonly source: string
}

/** Every option from what was given for it, or its default. */
export function readConfig(given: (name: OptionName) => Given | undefined): Config {
  const read = (name: OptionName) => {
    const { value, default: standard } = options[name]
    const { text, source } = given(name) ?? { text: standard, source: `--${flagOf(name)}` }
    if (text === undefined) return undefined
    const result = value.read(text)
    if (result === undefined) {
      throw new OperatorError(`${source}: "${text}" is not allowed; give ${value.allowed}.`)
    }
    return result
  }
  const config = Object.freeze(Object.fromEntries(optionNames.map((name) => [name, read(name)]))) as Config
  assertSeedAllowed(config)
  return config
}

/** OperatorError when seed and key source do not go together. */
function assertSeedAllowed({ keySource, seed }: Config): void {
  if (keySource === 'seeded' && seed === undefined) {
    throw new OperatorError('--key-source seeded: give --seed TEXT too, from which the keys follow.')
  }
  if (keySource === 'fresh' && seed !== undefined) {
    throw new OperatorError('--seed: fresh keys cannot be repeated; give --key-source seeded, or recombined, too.')
  }
}

function readFlags(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const own = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' as const }]))
  try {
    const { values } = parseArgs({
      args: joinNumbers(args),
      options: { ...own, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    })
    return values
  } catch (error) {
    throw new OperatorError(
      `${messageOf(error)
        .split(/\. |\n/, 1)[0]
        ?.replace(/\.$/, '')}. See --help for the options.`,
    )
  }
}

/** `--port -1` as `--port=-1`, so that it is refused for its value and not for its form. */
const joinNumbers = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    if (isNegative(args[index + 1]) && /^--[^=]+$/.test(arg)) return [`${arg}=${args[index + 1]}`]
    return isNegative(arg) && index > 0 ? [] : [arg]
  })

const isNegative = (arg: string | undefined) => arg !== undefined && /^-\d/.test(arg)

function fromEnvironment(name: OptionName, env: Environment): Given | undefined {
  for (const source of [variableOf(name), options[name].alsoFrom]) {
    const text = source === undefined ? undefined : env[source]
    // Kubernetes sets CVM_EMULATOR_PORT=tcp://… for a service of this name: that is not meant for us.
    if (source !== undefined && text && !text.startsWith('tcp://')) return { text, source }
  }
  return undefined
}
