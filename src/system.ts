import { randomBytes } from 'node:crypto'

/** The one door to time and chance, so that a run can be frozen and repeated. */
export interface System {
  now(): Date
  /** Random bytes for one purpose; the label names it, so that a repeatable system can keep purposes apart. */
  random(label: string): (size: number) => Uint8Array
}

/** The machine's own clock, or `now` in its place, and the machine's own randomness. */
export const createSystem = (now: () => Date = () => new Date()): System => ({
  now,
  random: () => randomBytes,
})
