import { parseArgs } from 'node:util'
import { messageOf, OperatorError } from '../system/errors.ts'
import { suggestion } from '../system/nearest-name.ts'
import { type Environment, fromEnvironment, fromOwnVariable, type OptionText, readConfig, toFlag } from './config.ts'
import { readHealthUrl } from './health-url.ts'
import { unknownOptionMessage } from './names.ts'
import { type Config, flagOf, type OptionName, optionNames, options } from './options.ts'

/** What can be asked for in place of a start. */
export type Subcommand = 'exec' | 'health'

/** A command to run with an emulator of its own. */
export interface ExecCommand {
  readonly name: 'exec'
  readonly config: Config
  /** The program and its arguments. */
  readonly command: readonly [program: string, ...args: string[]]
  /** Whether the command gets the emulator as its proxy. */
  readonly withProxy: boolean
}

/** What the process is to do. */
export type Command =
  | { readonly name: 'version' }
  | { readonly name: 'help'; readonly about?: Subcommand }
  | { readonly name: 'start'; readonly config: Config }
  | { readonly name: 'health'; readonly url: string }
  | ExecCommand

const usages = {
  exec: 'cvm-emulator exec [options] -- COMMAND [arguments]',
  health: 'cvm-emulator health [URL]',
}

/**
 * Reads the command line. A flag takes precedence over the environment, and the environment over the default. Throws an
 * OperatorError for an unknown flag or command, and for an invalid value.
 */
export function readCommand(args: readonly string[], env: Environment): Command {
  const [first, ...rest] = args
  if (first === 'exec') return readExec(rest, env)
  if (first === 'health') return readHealth(rest, env)
  const { values, positionals } = parse(args, optionFlags)
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }
  if (positionals[0] !== undefined) {
    // With a space in it a secret becomes several words
    const isSecret = optionNames.some((name) => options[name].value.isSecret && fromFlag(name, values))
    throw new OperatorError(isSecret ? unshownWordMessage : unknownCommandMessage(positionals[0]))
  }
  return { name: 'start', config: readConfig((name) => fromFlag(name, values) ?? fromEnvironment(name, env)) }
}

const unshownWordMessage =
  'An argument belongs to no option; it is not shown, because it may be a part of a secret. See --help for the options.'

function unknownCommandMessage(name: string): string {
  if (name in usages) return `${name} must come first: ${usages[name as Subcommand]}.`
  const names = Object.keys(usages)
  return `unknown command ${name}${suggestion(name, names)}; valid commands: ${names.join(', ')}. Without a command the emulator starts. See --help.`
}

/** The defaults of `exec`, where they are not those of a start. */
const execDefaults: { readonly [Name in OptionName]?: string } = { port: '0', logLevel: 'warn' }

function readExec(args: readonly string[], env: Environment): Command {
  const { own, command } = splitAtCommand(args)
  const { values } = parse(own, execFlags, 'exec')
  if (values.help) return { name: 'help', about: 'exec' }
  if (values.version) return { name: 'version' }
  const [program, ...rest] = command
  if (!program) throw new OperatorError(`exec: there is no command to run. Use ${usages.exec}.`)
  const config = readConfig((name) => {
    const text = execDefaults[name]
    // PORT is that of the command's own server
    const given = fromFlag(name, values) ?? fromOwnVariable(name, env)
    return given ?? (text === undefined ? undefined : { text, source: toFlag(name) })
  })
  return { name: 'exec', config, command: [program, ...rest], withProxy: values['with-proxy'] === true }
}

function readHealth(args: readonly string[], env: Environment): Command {
  const { values, positionals } = parse(args, {}, 'health')
  if (values.help) return { name: 'help', about: 'health' }
  if (values.version) return { name: 'version' }
  if (positionals.length > 1) throw new OperatorError(`health: there is more than one URL. Use ${usages.health}.`)
  return { name: 'health', url: readHealthUrl(positionals[0], env) }
}

type Flags = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>
type Values = Readonly<Record<string, unknown>>

const optionFlags: Flags = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' }]))
const execFlags: Flags = { ...optionFlags, 'with-proxy': { type: 'boolean' } }
const commonFlags: Flags = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } }

function fromFlag(name: OptionName, values: Values): OptionText | undefined {
  const text = values[flagOf(name)]
  return typeof text === 'string' ? { text, source: toFlag(name) } : undefined
}

/** The options of `exec` end at `--`, or at the first word that is neither an option nor its value: the command. */
function splitAtCommand(args: readonly string[]): { own: readonly string[]; command: readonly string[] } {
  const options = { ...execFlags, ...commonFlags }
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const end = tokens.find(({ kind }) => kind !== 'option')
  if (!end) return { own: args, command: [] }
  return { own: args.slice(0, end.index), command: args.slice(end.kind === 'positional' ? end.index : end.index + 1) }
}

function parse(
  args: readonly string[],
  flags: Flags,
  about?: Subcommand,
): { values: Values; positionals: readonly string[] } {
  const options = { ...flags, ...commonFlags }
  try {
    return parseArgs({ args: joinNegativeNumbers(args), options, allowPositionals: true })
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`)
    throw new OperatorError(`${about ? `${about}: ` : ''}${flagErrorMessage(messageOf(error), names, about)}`)
  }
}

/** Rewrites a message of `parseArgs`, whose advice is about its own API. */
function flagErrorMessage(message: string, names: readonly string[], about: Subcommand | undefined): string {
  const [, unknown] = /^Unknown option '(-[^']+)'/.exec(message) ?? []
  if (unknown !== undefined) return unknownOptionMessage(unknown, names)
  const [, withoutValue] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:missing|is ambiguous)/.exec(message) ?? []
  const [problem = ''] = message.split(/\. |\n/, 1)
  const text = withoutValue === undefined ? problem.replace(/\.$/, '') : `${withoutValue} needs a value`
  return `${text}. See ${about ? `${about} ` : ''}--help for the options.`
}

/** Turns `--port -1` into `--port=-1`, so that the error is about the value and not about an unknown flag. */
const joinNegativeNumbers = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    if (isNegative(args[index + 1]) && /^--[^=]+$/.test(arg)) return [`${arg}=${args[index + 1]}`]
    return isNegative(arg) && index > 0 ? [] : [arg]
  })

const isNegative = (arg: string | undefined) => arg !== undefined && /^-\d/.test(arg)
