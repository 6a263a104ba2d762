import { parseArgs } from 'node:util'
import { messageOf, OperatorError } from '../system/errors.ts'
import { nearestName } from '../system/nearest-name.ts'
import { type Config, flagOf, type OptionName, optionNames, options, variableOf } from './options.ts'

export { optionNames }

/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the process is to do. */
export type Command = { readonly name: 'help' | 'version' } | { readonly name: 'start'; readonly config: Config }

/**
 * Reads the command line. A flag takes precedence over the environment, and the environment over the default. Throws an
 * OperatorError for an unknown flag or an invalid value.
 */
export function readCommand(args: readonly string[], env: Environment): Command {
  const flags = readFlags(args)
  if (flags.help) return { name: 'help' }
  if (flags.version) return { name: 'version' }
  const config = readConfig((name) => {
    const flag = flags[flagOf(name)]
    return typeof flag === 'string' ? { text: flag, source: toFlag(name) } : fromEnvironment(name, env)
  })
  return { name: 'start', config }
}

/** The text of an option, and the flag or variable that it comes from. */
interface OptionText {
  readonly text: string
  readonly source: string
}

/**
 * Reads every option from the text that `textOf` returns, or from its default. Throws an OperatorError for an invalid value
 * and for options that do not go together.
 */
export function readConfig(textOf: (name: OptionName) => OptionText | undefined): Config {
  const read = (name: OptionName) => {
    const { value, default: defaultText } = options[name]
    const { text, source } = textOf(name) ?? { text: defaultText, source: toFlag(name) }
    if (text === undefined) return undefined
    const result = value.read(text)
    const shown = value.isSecret ? 'the value' : `"${text}"`
    if (result === undefined) throw new OperatorError(`${source}: ${shown} is not ${value.expected}.`)
    return result
  }
  const config = Object.freeze(Object.fromEntries(optionNames.map((name) => [name, read(name)]))) as Config
  const { keySource, seed } = config
  if (keySource === 'seeded' && seed === undefined) {
    throw new OperatorError('--key-source seeded: needs --seed TEXT, from which the keys are derived.')
  }
  if (keySource === 'fresh' && seed !== undefined) {
    throw new OperatorError('--seed: needs --key-source seeded; fresh keys are always random.')
  }
  return config
}

function readFlags(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const ownFlags = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' as const }]))
  try {
    return parseArgs({
      args: joinNegativeNumbers(args),
      options: { ...ownFlags, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    }).values
  } catch (error) {
    throw new OperatorError(flagErrorMessage(messageOf(error), hasSecretFlag(args)))
  }
}

/** Whether an option is given whose value is secret; then an argument that belongs to no option may be a part of it. */
const hasSecretFlag = (args: readonly string[]) =>
  optionNames.some((name) => options[name].value.isSecret && args.some((arg) => arg.startsWith(toFlag(name))))

/** Rewrites a message of `parseArgs`, whose advice is about its own API. */
function flagErrorMessage(message: string, isSecret: boolean): string {
  const [, unknown] = /^Unknown option '(-[^']+)'/.exec(message) ?? []
  if (unknown !== undefined) return unknownOptionMessage(unknown, [...optionNames.map(toFlag), '--help', '--version'])
  if (isSecret && message.startsWith('Unexpected argument')) {
    return 'An argument belongs to no option; it is not shown, because it may be a part of a secret. See --help for the options.'
  }
  const [problem = ''] = message.split(/\. |\n/, 1)
  return `${problem.replace(/\.$/, '')}. See --help for the options.`
}

/** Turns `--port -1` into `--port=-1`, so that the error is about the value and not about an unknown flag. */
const joinNegativeNumbers = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    if (isNegative(args[index + 1]) && /^--[^=]+$/.test(arg)) return [`${arg}=${args[index + 1]}`]
    return isNegative(arg) && index > 0 ? [] : [arg]
  })

const toFlag = (name: OptionName) => `--${flagOf(name)}`

const isNegative = (arg: string | undefined) => arg !== undefined && /^-\d/.test(arg)

function fromEnvironment(name: OptionName, env: Environment): OptionText | undefined {
  for (const source of [variableOf(name), options[name].alsoFrom]) {
    const text = source === undefined ? undefined : env[source]
    // Kubernetes sets CVM_EMULATOR_PORT=tcp://… for a service called cvm-emulator; that is not the option
    if (source !== undefined && text && !text.startsWith('tcp://')) return { text, source }
  }
  return undefined
}

/** Returns the message about an option that does not exist; it suggests the most similar name. */
export function unknownOptionMessage(name: string, validNames: readonly string[]): string {
  const nearest = nearestName(name, validNames)
  const suggestion = nearest === undefined ? '' : ` (did you mean ${nearest}?)`
  return `unknown option ${name}${suggestion}; valid options: ${validNames.join(', ')}.`
}
