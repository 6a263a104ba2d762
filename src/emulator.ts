import type { Writable } from 'node:stream'
import type { Config, OptionName } from './config/options.ts'
import type { Limits, ResetOptions } from './control/controls.ts'
import type { Journal } from './journal/journal.ts'
import type { Faults } from './rules/rules.ts'
import type { Fixture } from './state/fixture.ts'
import type { Clock } from './system/clock.ts'
import { OperatorError } from './system/errors.ts'
import { nodeVersionError } from './system/node-version.ts'

export type { Credential } from './identity/accounts.ts'
export type { JournalEntry, JournalQuery } from './journal/journal.ts'
export type { FaultRule } from './rules/rule.ts'
export type { FaultState } from './rules/rules.ts'
export type { AccountFixture, Fixture } from './state/fixture.ts'
export { OperatorError } from './system/errors.ts'

/** The options of the command line by their camel-case names, all optional, with values of their own types. */
export type EmulatorOptions = {
  readonly [Name in Exclude<OptionName, 'fixtures' | 'clock' | 'latency'>]?: Config[Name]
} & {
  /** A starting state, the path of its file, or its JSON. */
  readonly fixtures?: string | Fixture
  /** How long every answer of the API takes longer, in milliseconds: one number, or a range. */
  readonly latency?: number | readonly [least: number, most: number]
  /** Freezes the clock. */
  readonly clock?: string | Date
  /** The clock itself, in place of the machine's. */
  readonly now?: () => Date
  /** Where the log goes, one JSON object a line; without it there is none. */
  readonly log?: Writable
}

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8213`. */
  readonly url: string
  readonly port: number
  /** Where HTTPS is, with the option `tlsPort`. */
  readonly tls: { readonly url: string; readonly port: number } | undefined
  /**
   * Back to the starting state, everything or one account: what was created, added or set is gone. Without `fixtures`
   * the starting state of --fixtures is left out too.
   */
  reset(account?: string, options?: ResetOptions): void
  /** Everything that accounts have, as a document that any emulator takes. */
  readonly state: {
    export(): Fixture
    /** Puts a document in place of everything; OperatorError with the place in it, and nothing is changed. */
    import(document: Fixture): Promise<void>
  }
  /** Rules that make calls fail, wait or break off. */
  readonly faults: Pick<Faults, 'list' | 'add' | 'remove'>
  /** The emulator's time, which can be held and moved. */
  readonly clock: Omit<Clock, 'state' | 'load'>
  readonly limits: Limits
  /** The last requests to the API. */
  readonly journal: Pick<Journal, 'find' | 'count' | 'waitFor' | 'listen'>
  readonly keys: {
    /** How many key pairs could be had at once. */
    readonly level: number
    /** Makes key pairs, whatever else goes on, until so many could be had at once. */
    prefill(count: number): Promise<void>
  }
  /** Answers what is under way, then frees port and database; may be called again. */
  close(): Promise<void>
}

/**
 * Starts an emulator in this process; several may run side by side. Rejects with an OperatorError when Node is too old, an
 * option is not allowed, the port is taken, or the data folder or fixture cannot be used.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const tooOld = nodeVersionError()
  if (tooOld !== undefined) throw new OperatorError(tooOld)
  // Loaded after the check: an old Node could not even read some of it
  const [{ compose }, { readConfig }, { optionNames }] = await Promise.all([
    import('./compose.ts'),
    import('./config/config.ts'),
    import('./config/options.ts'),
  ])
  const { log, now, ...given } = options
  assertKnownOptions(given, optionNames)
  const config = readConfig((name) => {
    const value = given[name]
    const text = name === 'latency' && Array.isArray(value) ? value.join('..') : toText(value)
    return value === undefined ? undefined : { text, source: `startEmulator: ${name}` }
  })
  const running = await compose(config, log, now ? { now } : {})
  const { url, port, tls, reset, state, faults, clock, limits, journal, keys, close } = running
  const controls = { reset, state, faults, clock, limits, journal, keys }
  return { url, port, tls, ...controls, close, [Symbol.asyncDispose]: close }
}

function assertKnownOptions(given: object, optionNames: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !optionNames.includes(name))
  if (unknown === undefined) return
  throw new OperatorError(`startEmulator: there is no option \`${unknown}\`; there is ${optionNames.join(', ')}.`)
}

function toText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
