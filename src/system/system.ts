import { randomFillSync } from 'node:crypto'
import { seededBytes } from './seeded-bytes.ts'

/** The only source of time and randomness, so that a test can freeze and repeat a run. */
export interface System {
  now(): Date
  /**
   * Creates a stream of random bytes for one purpose, which the label names. In a repeatable system the bytes depend on
   * seed and label alone, so values that must differ need different labels.
   */
  random(...label: readonly (string | number)[]): (size: number) => Uint8Array
  /** Whether a seed was given. */
  readonly repeatable: boolean
}

interface SystemOptions {
  /** Replaces the system time. */
  readonly now?: () => Date
  /** Replaces the system's randomness. */
  readonly seed?: string | undefined
}

/** Creates a system with the real time and randomness, unless options replace them. */
export const createSystem = ({ now = () => new Date(), seed }: SystemOptions = {}): System => ({
  now,
  random: seed === undefined ? () => randomBytes : (...label) => seededBytes(seed, label),
  repeatable: seed !== undefined,
})

/** Filled at once, because each call of randomFillSync costs some microseconds, whatever the size. */
const pool = Buffer.alloc(4096)
let used = pool.length

function randomBytes(size: number): Uint8Array {
  if (size > pool.length) return randomFillSync(Buffer.alloc(size))
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += size
  return Uint8Array.prototype.slice.call(pool, used - size, used)
}
