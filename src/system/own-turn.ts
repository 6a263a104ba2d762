import { setImmediate as nextTurn } from 'node:timers/promises'

let last: Promise<unknown> = Promise.resolve()

/** Resolves in a turn of the event loop that no other caller gets, so that portions of work for many clients do not add up. */
export function ownTurn(): Promise<unknown> {
  last = last.then(() => nextTurn())
  return last
}
