import type { Emulator } from './client/emulator.ts'
import type { CommandOptions } from './client/types.ts'
import type { Running } from './compose.ts'
import type { OptionName } from './config/options.ts'
import { readWaitOptions, waitTimeout } from './journal/query.ts'
import { InvalidInputError, OperatorError, ShuttingDown } from './system/errors.ts'
import { keepAlive } from './system/keep-alive.ts'
import { maxPoolSize } from './system/limits.ts'
import { nodeVersionError } from './system/version.ts'

export { type ConnectOptions, connect } from './client/connect.ts'
export type * from './client/emulator.ts'
export { OperatorError } from './system/errors.ts'

/** Where the log goes, such as `process.stderr`. */
export interface Log {
  write(line: string): unknown
}

/** The options of the command line in camel case, and those that only a program can give. All are optional. */
export interface EmulatorOptions extends CommandOptions {
  /** Replaces the system time, on which the clock is based. */
  readonly now?: () => Date
  /** Receives the log, one JSON object per line; without it nothing is logged. */
  readonly log?: Log
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
  if (log !== undefined && typeof log?.write !== 'function') {
    throw new OperatorError('startEmulator: log has no method `write`. Give a stream, such as process.stderr.')
  }
  if (now !== undefined && !(typeof now === 'function' && now() instanceof Date)) {
    throw new OperatorError('startEmulator: now is not a function that returns a Date.')
  }
  const config = readConfig((name) => {
    const value = name === 'fixtures' && fixtures ? undefined : configured[name]
    const text = name === 'latency' && Array.isArray(value) ? value.join('..') : toText(value)
    return value === undefined ? undefined : { text, source: `startEmulator: ${name}` }
  })
  const running = await compose(config, log && toStream(log), {
    ...(now && { now }),
    ...(typeof fixtures === 'object' && { fixtures }),
  })
  running.unref()
  return toEmulator(running)
}

/** A log that is no stream has no bytes that wait to be written. */
const toStream = (log: Log & { readonly writableLength?: number }) => ({
  get writableLength() {
    return log.writableLength ?? 0
  },
  write: (line: string) => log.write(line),
})

/** The same object as `connect` returns. What a method throws becomes a rejection, as over HTTP. */
function toEmulator(running: Running): Emulator {
  const { url, port, tls, ssh, state, faults, clock, limits, listings, projects, instances, journal, keys } = running
  let isClosed = false
  const close = () => {
    isClosed = true
    return keepAlive(running.close())
  }
  const closedError = () => new OperatorError(new ShuttingDown().message)
  /** A method that can be called until the emulator is closed. */
  const open =
    <Args extends unknown[], Result>(method: (...args: Args) => Result | Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (isClosed) throw closedError()
      return method(...args)
    }
  return {
    url,
    port,
    tls,
    ssh: ssh && { host: ssh.host, port: ssh.port },
    reset: open(running.reset),
    state: { export: open(() => copy(state.export())), import: open((document) => keepAlive(state.import(document))) },
    faults: {
      list: open(() => faults.list()),
      add: open((rule) => faults.add(rule)),
      remove: open((id) => faults.remove(id)),
    },
    clock: {
      now: open(() => clock.now()),
      isFrozen: open(() => clock.isFrozen),
      freeze: open((at) => clock.freeze(at)),
      set: open((to) => clock.set(to)),
      advance: open((milliseconds) => clock.advance(milliseconds)),
      resume: open(() => clock.resume()),
      reset: open(() => clock.reset()),
    },
    limits: {
      keyPairs: open((account) => limits.keyPairs(account)),
      setKeyPairs: open((limit, account) => limits.setKeyPairs(limit, account)),
    },
    accounts: { list: open((page) => listings.accounts(page)) },
    keyPairs: { list: open((account, options) => listings.keyPairs(account, options)) },
    projects: {
      list: open((account) => projects.list(account)),
      add: open((project, account) => projects.add(project, account)),
      remove: open((id, account) => projects.remove(id, account)),
    },
    instances: {
      list: open((account) => copy(instances.list(account))),
      add: open((instance, account) => copy(instances.add(instance, account))),
      update: open((id, changes, account) => copy(instances.update(id, changes, account))),
      remove: open((id, account) => instances.remove(id, account)),
    },
    journal: {
      find: open((query, limit) => journal.find(query, limit)),
      count: open((query) => journal.count(query)),
      waitFor: open(async (query, options) => {
        const { count, timeout, signal } = readWaitOptions(options)
        const entries = await journal.waitFor(query, options)
        if (entries.length >= count) return entries
        if (signal?.aborted) throw signal.reason
        throw isClosed ? closedError() : waitTimeout(query, entries, count, timeout)
      }),
      listen: open((query, listener) => journal.listen(query, listener)),
    },
    keys: { level: open(() => keys.level), prefill: open((count) => keepAlive(keys.prefill(checkedCount(count)))) },
    certificate: open(() => keepAlive(running.certificate())),
    openapi: open(() => keepAlive(running.openapi())),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** As the control route checks it. More keys than that would never be ready. */
function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= maxPoolSize) return count
  throw new InvalidInputError(`The count of keys must be an integer from 0 to ${maxPoolSize}, not ${count}.`)
}

/** Times become texts, as in JSON. */
const copy = (value: unknown) => JSON.parse(JSON.stringify(value))

/** Converts the value of an option to the text that the command line would have. */
function toText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) return value.join(',')
  return String(value)
}
