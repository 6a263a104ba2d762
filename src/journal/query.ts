import { InvalidInputError } from '../system/errors.ts'
import type { JournalEntry, JournalQuery, WaitOptions } from './entry.ts'

const filters = ['account', 'action', 'code', 'since', 'until', 'after']
const waitOptions = ['count', 'timeout', 'signal']

/** Throws an InvalidInputError when a query has an unknown filter, or a value that no entry can have. */
export function assertQuery(query: JournalQuery): void {
  assertNames(query, filters, 'filter')
  const { account, action, code, since, until, after } = query
  for (const [name, text] of Object.entries({ account, action, code })) {
    if (text !== undefined && !(typeof text === 'string' && text !== '')) {
      throw new InvalidInputError(`journal: ${name} is not a text with at least one character.`)
    }
  }
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0)) {
    throw new InvalidInputError(`journal: after is not an integer from 0, but ${after}.`)
  }
  for (const [name, time] of Object.entries({ since, until })) {
    if (time !== undefined && !(time instanceof Date && !Number.isNaN(+time))) {
      throw new InvalidInputError(`journal: ${name} is not a valid Date.`)
    }
  }
}

/** The options of `journal.waitFor` with their defaults. Throws an InvalidInputError for an unknown one or a wrong number. */
export function readWaitOptions(options: WaitOptions = {}) {
  assertNames(options, waitOptions, 'option')
  const { count = 1, timeout = 5000, signal } = options
  if (!(timeout >= 0)) {
    throw new InvalidInputError(`The timeout must be a number of milliseconds from 0, not ${timeout}.`)
  }
  if (!(Number.isInteger(count) && count >= 0)) {
    throw new InvalidInputError(`The count must be an integer from 0, not ${count}.`)
  }
  return { count, timeout, signal }
}

/** The error of a wait whose time is over. */
export function waitTimeout(query: JournalQuery, { length }: readonly JournalEntry[], count: number, timeout: number) {
  const wanted = JSON.stringify(query)
  return new InvalidInputError(`Within ${timeout} ms, ${length} of ${count} requests came that match ${wanted}.`)
}

function assertNames(given: object, known: readonly string[], kind: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new InvalidInputError(`The journal has no ${kind} \`${unknown}\`. Valid ${kind}s: ${known.join(', ')}.`)
}

/** Calls a listener. Its exception is thrown outside of what the emulator does at the moment. */
export function notify(listener: (entry: JournalEntry) => void, entry: JournalEntry): void {
  try {
    listener(entry)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
