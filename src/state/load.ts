import type { Config } from '../config/options.ts'
import type { FaultRule } from '../rules/rule.ts'
import type { DocumentPart } from '../store/start.ts'
import { type Clock, type ClockState, clockState } from '../system/clock.ts'
import { ConflictError, InvalidInputError, OperatorError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import type { CheckedDocument } from './check-document.ts'
import { checkInThread } from './document-thread.ts'
import type { StateParts } from './export.ts'
import { completeCredentials } from './fixture.ts'
import { publicKeyMaker, type SeededKeys } from './seeded-keys.ts'

export interface LoadParts extends StateParts {
  readonly config: Config
  readonly threads: SeededKeys['threads']
  readonly system: System
  /** Tells the operator what may be wrong with rules. */
  warnOfRules(rules: readonly FaultRule[]): void
  /** Drops what parts outside of the document remember of earlier requests, such as nonces. */
  clearCaches(): void
}

/** In bytes. A larger document is read in a thread. To read a smaller one takes less time than to start a thread. */
const maxInProcess = 65_536

/** The large documents of a process are read one after another, because each takes much memory. */
let lastLarge: Promise<unknown> = Promise.resolve()

/**
 * Replaces everything that accounts have, the rules and the clock by a document in JSON, which is the starting state until a
 * full reset. `chunks` are its bytes, and are emptied. InvalidInputError with the path in the document when something in it is
 * wrong, ConflictError when everything was replaced while a large document was read, and the reason of `signal` when that is
 * aborted; then nothing is changed.
 */
export async function loadState(parts: LoadParts, chunks: Uint8Array[], signal: AbortSignal): Promise<void> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0)
  try {
    if (size <= maxInProcess) await loadSmall(parts, chunks, signal)
    else await inTurn(() => loadLarge(parts, chunks, signal), chunks, signal)
  } catch (error) {
    throw error instanceof OperatorError && !(error instanceof InvalidInputError)
      ? new InvalidInputError(error.message)
      : error
  }
}

/** Runs `work` after the one before, unless `signal` is aborted until then. In the end the chunks are dropped. */
async function inTurn(work: () => Promise<void>, chunks: unknown[], signal: AbortSignal): Promise<void> {
  const before = lastLarge
  const done = Promise.withResolvers<unknown>()
  lastLarge = done.promise
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([before, aborted.promise])
    await work()
  } finally {
    signal.removeEventListener('abort', abort)
    chunks.splice(0)
    done.resolve(before)
  }
}

const contextOf = ({ config, accounts, system }: LoadParts) => {
  const { accounts: mode, controlToken, nameScope, projects, keyPairLimit, seed } = config
  return {
    config: { accounts: mode, controlToken, nameScope, projects, keyPairLimit, seed },
    credentials: accounts.credentials,
    now: system.now(),
  }
}

/** In one turn of the event loop, unless keys have to be made; then it is checked again if everything was replaced meanwhile. */
async function loadSmall(parts: LoadParts, chunks: Uint8Array[], signal: AbortSignal) {
  // Loaded here only, because a thread loads it itself
  const { checkDocument } = await import('./check-document.ts')
  const text = Buffer.concat(chunks.splice(0)).toString()
  const makeKeys = publicKeyMaker({ ...parts.config, ...parts }, signal)
  let keys: ReturnType<typeof makeKeys> | undefined
  const makeOnce = (seeds: ReadonlySet<string>) => {
    keys ??= makeKeys(seeds)
    return keys
  }
  for (let isLoaded = false; !isLoaded; ) {
    const replacement = beginReplacement(parts)
    try {
      const document = await checkDocument(text, contextOf(parts), makeOnce)
      replacement.prepare(document.rest)
      for (const portion of document.portions) replacement.add(portion)
      isLoaded = replacement.commit()
    } finally {
      replacement.end()
    }
  }
}

async function loadLarge(parts: LoadParts, chunks: Uint8Array[], signal: AbortSignal) {
  const replacement = beginReplacement(parts)
  const makeKeys = publicKeyMaker({ ...parts.config, ...parts }, signal)
  const document = await checkInThread(chunks, contextOf(parts), makeKeys, signal)
  try {
    replacement.prepare(document.rest)
    for await (const portion of document.portions) {
      signal.throwIfAborted()
      replacement.add(portion)
    }
    if (!replacement.commit()) throw new ConflictError(replaced)
  } finally {
    replacement.end()
    await document.close()
  }
}

const replaced = 'Everything was reset, or replaced by another state, while this one was read. Send it again.'

/** What replaces everything, step by step; nothing of it is seen before `commit`. */
function beginReplacement(parts: LoadParts) {
  const { store, accounts, faults, clock, ids } = parts
  const load = store.load()
  let rest: CheckedDocument['rest'] = {}
  let time: ClockState = { ahead: 0 }
  let now = clock.now()
  let applyRules = () => {}
  return {
    /** Throws an InvalidInputError for rules and clocks that are not possible. */
    prepare(given: CheckedDocument['rest']) {
      rest = given
      applyRules = rest.faults ? faults.prepare(rest.faults) : () => faults.reset(undefined, { fixtures: false })
      time = clockState(rest.clock)
      now = timeOf(clock, time)
    },
    add: (portion: readonly DocumentPart[]) => load.add(portion, now),
    /** False when everything was replaced since this began, so that the document would have to be checked again. */
    commit(): boolean {
      const credentials = completeCredentials('state', rest, accounts.credentials)
      if (!load.commit()) return false
      clock.load(time)
      parts.clearCaches()
      accounts.setCredentials(credentials)
      applyRules()
      ids.load(rest.requests ?? {})
      parts.warnOfRules(rest.faults ?? [])
      return true
    },
    end: load.end,
  }
}

/** What a clock in this state shows. */
function timeOf(clock: Clock, state: ClockState): Date {
  const previous = clock.state()
  clock.load(state)
  const now = clock.now()
  clock.load(previous)
  return now
}
