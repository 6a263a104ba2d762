import { randomBytes } from 'node:crypto'
import { seededBytes } from './seeded-bytes.js'

/** The one door to time and chance, so that a run can be frozen and repeated. */
export interface System {
  now(): Date
  /**
   * Random bytes for one purpose, named by its label. In a repeatable system they follow from seed and label alone, so
   * that whatever is to differ needs a label of its own.
   */
  random(...label: readonly (string | number)[]): (size: number) => Uint8Array
  readonly repeatable: boolean
}

interface SystemOptions {
  /** In place of the machine's own clock. */
  readonly now?: () => Date
  /** In place of the machine's own randomness. */
  readonly seed?: string | undefined
}

export const createSystem = ({ now = () => new Date(), seed }: SystemOptions = {}): System => ({
  now,
  random: seed === undefined ? () => randomBytes : (...label) => seededBytes(seed, label),
  repeatable: seed !== undefined,
})
