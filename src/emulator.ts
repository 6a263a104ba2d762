import type { Writable } from 'node:stream'
import type { Config, OptionName } from './config/options.ts'
import type { Limits, ResetOptions } from './control/controls.ts'
import type { Journal } from './journal/journal.ts'
import type { Faults } from './rules/rules.ts'
import type { Fixture } from './state/fixture.ts'
import type { Clock } from './system/clock.ts'
import { OperatorError } from './system/errors.ts'
import { nodeVersionError } from './system/version.ts'

export type { Credential } from './identity/accounts.ts'
export type { JournalEntry, JournalQuery } from './journal/journal.ts'
export type { FaultRule } from './rules/rule.ts'
export type { FaultState } from './rules/rules.ts'
export type { AccountFixture, Fixture } from './state/fixture.ts'
export { OperatorError } from './system/errors.ts'

/** The options of the command line in camel case, all optional. */
export type EmulatorOptions = {
  readonly [Name in Exclude<OptionName, 'fixtures' | 'clock' | 'latency' | 'rateLimit'>]?: Config[Name]
} & {
  /** The starting state: an object, the path of a JSON file, or the JSON itself. */
  readonly fixtures?: string | Fixture
  /** Extra delay added to every API response, in milliseconds: a number or a range. */
  readonly latency?: number | readonly [min: number, max: number]
  /** Calls allowed by account and action: a number per second, or a text such as `100/minute`; 0 = unlimited. */
  readonly rateLimit?: number | string
  /** The time at which the clock is frozen. */
  readonly clock?: string | Date
  /** Replaces the system time, on which the clock is based. */
  readonly now?: () => Date
  /** Receives the log, one JSON object per line; without it nothing is logged. */
  readonly log?: Writable
}

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8213`. */
  readonly url: string
  readonly port: number
  /** The HTTPS address; undefined without the option `tlsPort`. */
  readonly tls: { readonly url: string; readonly port: number } | undefined
  /**
   * Returns everything, or one account, to the starting state: whatever was created, added or set is removed. With
   * `fixtures: false` the state is reset to one without `fixtures`.
   */
  reset(account?: string, options?: ResetOptions): void
  /** The entire state, as a document that any emulator can import. */
  readonly state: {
    export(): Fixture
    /**
     * Replaces the entire state. Rejects with an OperatorError that names the invalid part of the document; nothing is changed
     * then.
     */
    import(document: Fixture): Promise<void>
  }
  /** Rules that make requests fail, wait or break off. */
  readonly faults: Pick<Faults, 'list' | 'add' | 'remove'>
  /** The emulator's time, which can be frozen and moved. */
  readonly clock: Omit<Clock, 'state' | 'load'>
  /** The maximum number of key pairs. */
  readonly limits: Limits
  /** The last requests to the API. */
  readonly journal: Pick<Journal, 'find' | 'count' | 'waitFor' | 'listen'>
  readonly keys: {
    /** Number of key pairs that are ready. */
    readonly level: number
    /** Generates key pairs until `count` are ready. */
    prefill(count: number): Promise<void>
  }
  /** Finishes the requests in progress, then releases port and data folder; may be called more than once. */
  close(): Promise<void>
}

/**
 * Starts an emulator in this process; several can run at the same time. Rejects with an OperatorError when Node is too old,
 * an option is unknown or invalid, the port is in use, or the data folder or starting state cannot be used.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const versionError = nodeVersionError()
  if (versionError !== undefined) throw new OperatorError(versionError)
  // Loaded after the check, because an old Node cannot load some of it
  const [{ compose }, { optionNames, readConfig, unknownOptionMessage }] = await Promise.all([
    import('./compose.ts'),
    import('./config/config.ts'),
  ])
  const { log, now, ...configured } = options
  // A document stays an object; every other option is read as the command line reads it
  const { fixtures } = typeof options.fixtures === 'object' && options.fixtures ? options : {}
  const unknown = Object.keys(configured).find((name) => !optionNames.includes(name as OptionName))
  if (unknown !== undefined) {
    const validNames = [...optionNames, 'log', 'now']
    throw new OperatorError(`startEmulator: ${unknownOptionMessage(unknown, validNames)}`)
  }
  const config = readConfig((name) => {
    const value = name === 'fixtures' && fixtures ? undefined : configured[name]
    const text = name === 'latency' && Array.isArray(value) ? value.join('..') : toText(value)
    return value === undefined ? undefined : { text, source: `startEmulator: ${name}` }
  })
  const {
    example: _example,
    common: _common,
    ...emulator
  } = await compose(config, log, {
    ...(now && { now }),
    ...(typeof fixtures === 'object' && { fixtures }),
  })
  return { ...emulator, [Symbol.asyncDispose]: emulator.close }
}

/** Converts the value of an option to the text that the command line would have. */
function toText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) return value.join(',')
  return String(value)
}
