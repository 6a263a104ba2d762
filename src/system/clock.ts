import { InvalidInputError } from './errors.ts'

/** The time at which a clock stands, or the milliseconds that it is ahead of the machine's. */
export type ClockState = { readonly frozen: Date } | { readonly ahead: number }

/** The same as a document describes it. */
export const clockState = ({ frozen, ahead = 0 }: { frozen?: string; ahead?: number } = {}): ClockState =>
  frozen === undefined ? { ahead } : { frozen: new Date(frozen) }

/** The emulator's own time, which a test may hold and move. */
export interface Clock {
  now(): Date
  readonly isFrozen: boolean
  /** Holds it, at this time or where it is. */
  freeze(at?: Date): void
  /** Moves it; it stands or runs on as before. */
  set(to: Date): void
  advance(milliseconds: number): void
  /** Lets it run on from where it stands. */
  resume(): void
  /** Back to how it started; without `fixtures`, as options alone have it. */
  reset(options?: { readonly fixtures?: boolean }): void
  state(): ClockState
  load(state: ClockState): void
}

/** Times outside of these have no form in ISO 8601 with four digits. */
const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * A clock on top of the machine's. It starts as an option says, else as a fixture does, else as the machine's. RefusedInput
 * for a time that no answer could show.
 */
export function createClock(machine: () => Date, option?: ClockState, fixture: ClockState = { ahead: 0 }): Clock {
  const start = option ?? fixture
  let stands: number | undefined
  let ahead = 0
  const time = () => stands ?? +machine() + ahead
  const check = (to: number) => {
    if (to >= earliest && to <= latest) return to
    throw new InvalidInputError('The clock must show a year from 1 to 9999.')
  }
  const move = (to: number) => {
    const checked = check(to)
    if (stands === undefined) ahead = checked - +machine()
    else stands = checked
  }
  const load = (state: ClockState) => {
    if ('frozen' in state) {
      stands = check(+state.frozen)
    } else {
      check(+machine() + state.ahead)
      stands = undefined
      ahead = state.ahead
    }
  }
  load(start)

  return {
    now: () => new Date(time()),
    get isFrozen() {
      return stands !== undefined
    },
    freeze: (at) => load({ frozen: at ?? new Date(time()) }),
    set: (to) => move(+to),
    advance(milliseconds) {
      if (!Number.isInteger(milliseconds)) throw new InvalidInputError('The clock advances by whole milliseconds.')
      move(time() + milliseconds)
    },
    resume() {
      if (stands !== undefined) load({ ahead: stands - +machine() })
    },
    reset: ({ fixtures = true } = {}) => load(fixtures ? start : (option ?? { ahead: 0 })),
    state: () => (stands === undefined ? { ahead } : { frozen: new Date(stands) }),
    load,
  }
}
