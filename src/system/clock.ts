import { InvalidInputError } from './errors.ts'
import { maxTime, minTime } from './limits.ts'

/** The time at which a clock is frozen, or how many milliseconds it is ahead of the system time. */
export type ClockState = { readonly frozen: Date } | { readonly ahead: number }

/** Converts the `clock` entry of a fixture or an exported state. */
export const clockState = ({ frozen, ahead = 0 }: { frozen?: string; ahead?: number } = {}): ClockState =>
  frozen === undefined ? { ahead } : { frozen: new Date(frozen) }

/**
 * The emulator's time, which tests can freeze and move. Every method throws an InvalidInputError for a time outside the
 * years 1 to 9999, and then changes nothing. A running clock stops when it reaches the end of these years.
 */
export interface Clock {
  now(): Date
  readonly isFrozen: boolean
  /** Stops the clock at `at`, by default at its current time. */
  freeze(at?: Date): void
  /** Sets the time; a frozen clock stays frozen, a running one goes on from there. */
  set(to: Date): void
  /** Moves the time by whole milliseconds, backwards if negative; a frozen clock stays frozen. */
  advance(milliseconds: number): void
  /** Lets a frozen clock run on from its current time. */
  resume(): void
  /** Returns to the state at the start; with `fixtures: false` the clock of the fixture is ignored. */
  reset(options?: { readonly fixtures?: boolean }): void
  /** The current state, for `load`. */
  state(): ClockState
  load(state: ClockState): void
}

/** The nearest time that the clock can show. */
const clamp = (time: number) => Math.min(Math.max(time, minTime), maxTime)

/** Adds milliseconds to a time; the result is no later than the clock can show. */
export const addTime = (time: Date, milliseconds: number): Date => new Date(clamp(+time + milliseconds))

/**
 * Creates a clock based on the system time. It starts in the state `option`, else in the state `fixture`, else at the
 * system time. Throws an InvalidInputError when it is frozen outside the years 1 to 9999.
 */
export function createClock(systemNow: () => Date, option?: ClockState, fixture: ClockState = { ahead: 0 }): Clock {
  const initial = option ?? fixture
  let frozenAt: number | undefined
  let offsetMs = 0
  const time = () => frozenAt ?? clamp(+systemNow() + offsetMs)
  const assertInRange = (to: number) => {
    if (!(to >= minTime && to <= maxTime)) throw new InvalidInputError('The clock must show a year from 1 to 9999.')
  }
  const setTime = (to: number) => {
    assertInRange(to)
    if (frozenAt === undefined) offsetMs = to - +systemNow()
    else frozenAt = to
  }
  const load = (state: ClockState) => {
    if ('frozen' in state) {
      assertInRange(+state.frozen)
      frozenAt = +state.frozen
    } else {
      frozenAt = undefined
      offsetMs = state.ahead
    }
  }
  load(initial)

  return {
    now: () => new Date(time()),
    get isFrozen() {
      return frozenAt !== undefined
    },
    freeze: (at) => load({ frozen: at ?? new Date(time()) }),
    set: (to) => setTime(+to),
    advance(milliseconds) {
      if (!Number.isInteger(milliseconds)) {
        throw new InvalidInputError(`The clock advances by whole milliseconds; ${milliseconds} is not an integer.`)
      }
      setTime(time() + milliseconds)
    },
    resume() {
      if (frozenAt !== undefined) load({ ahead: frozenAt - +systemNow() })
    },
    reset: ({ fixtures = true } = {}) => load(fixtures ? initial : (option ?? { ahead: 0 })),
    state: () => (frozenAt === undefined ? { ahead: offsetMs } : { frozen: new Date(frozenAt) }),
    load,
  }
}
