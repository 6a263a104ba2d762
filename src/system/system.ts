import { randomFillSync } from 'node:crypto'
import { seededBytes } from './seeded-bytes.ts'

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

/** Drawn ahead, since each draw costs some microseconds, however small. */
const pool = Buffer.alloc(4096)
let drawn = pool.length

function randomBytes(size: number): Uint8Array {
  if (size > pool.length) return randomFillSync(Buffer.alloc(size))
  if (drawn + size > pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += size
  return Uint8Array.prototype.slice.call(pool, drawn - size, drawn)
}
