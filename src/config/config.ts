import { OperatorError } from '../system/errors.ts'
import { type Config, flagOf, type OptionName, optionNames, options, variableOf } from './options.ts'

export { unknownOptionMessage } from './names.ts'
export { optionNames }

/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The text of an option, and the flag or variable that it comes from. */
export interface OptionText {
  readonly text: string
  readonly source: string
}

/**
 * Reads every option from the text that `textOf` returns, or from its default. Throws an OperatorError for an invalid value
 * and for options that do not go together.
 */
export function readConfig(textOf: (name: OptionName) => OptionText | undefined): Config {
  const entries = optionNames.map((name) => [name, readOption(name, textOf(name))])
  const config = Object.freeze(Object.fromEntries(entries)) as Config
  const { keySource, seed } = config
  if (keySource === 'seeded' && seed === undefined) {
    throw new OperatorError('--key-source seeded: needs --seed TEXT, from which the keys are derived.')
  }
  if (keySource === 'fresh' && seed !== undefined) {
    throw new OperatorError('--seed: needs --key-source seeded; fresh keys are always random.')
  }
  assertDifferentPorts(config)
  return config
}

function assertDifferentPorts(config: Config): void {
  const names = ['port', 'tlsPort', 'sshPort'] as const
  for (const [index, name] of names.entries()) {
    const same = names.slice(0, index).find((earlier) => config[name] && config[earlier] === config[name])
    if (same === undefined) continue
    const [one, other] = [toFlag(same), toFlag(name)]
    throw new OperatorError(
      `${one} and ${other} are both ${config[name]}: choose another ${other} (0 = any free port).`,
    )
  }
}

/** Reads one option from its text, or from its default. Throws an OperatorError for an invalid value. */
export function readOption<Name extends OptionName>(name: Name, given: OptionText | undefined): Config[Name] {
  const { value, default: defaultText } = options[name]
  const { text, source } = given ?? { text: defaultText, source: toFlag(name) }
  if (text === undefined) return undefined as Config[Name]
  const result = value.read(text)
  const shown = value.isSecret ? 'the value' : `"${text}"`
  if (result === undefined) throw new OperatorError(`${source}: ${shown} is not ${value.expected}.`)
  return result as Config[Name]
}

/** Returns the flag with its dashes: `keyBits` → `--key-bits`. */
export const toFlag = (name: OptionName) => `--${flagOf(name)}`

/** Returns the text of an option from its variables. Kubernetes sets `CVM_EMULATOR_PORT=tcp://…`; that is not the option. */
export function fromEnvironment(name: OptionName, env: Environment): OptionText | undefined {
  return [variableOf(name), options[name].alsoFrom].flatMap((source) => fromVariable(source, env))[0]
}

/** Like `fromEnvironment`, without the variable that other programs read as well. */
export const fromOwnVariable = (name: OptionName, env: Environment): OptionText | undefined =>
  fromVariable(variableOf(name), env)[0]

function fromVariable(source: string | undefined, env: Environment): OptionText[] {
  const text = source === undefined ? undefined : env[source]
  return source !== undefined && text && !text.startsWith('tcp://') ? [{ text, source }] : []
}
