import { createHmac, randomFillSync } from 'node:crypto'

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

/** The length of a SHA-256 hash. */
const blockBytes = 32

/**
 * Creates an endless stream of bytes that depends on seed and label alone. Block n is the HMAC-SHA256, keyed with the seed
 * in UTF-8, of the label as JSON followed by n as 4 bytes. Each call starts a new stream, so that the order in which
 * callers draw bytes does not change them.
 */
export function seededBytes(seed: string, label: readonly (string | number)[]): (size: number) => Buffer {
  const labelJson = JSON.stringify(label)
  let blockCount = 0
  let rest: Buffer = Buffer.alloc(0)
  const nextBlock = () => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(blockCount++)
    return createHmac('sha256', seed).update(labelJson).update(counter).digest()
  }
  return (size) => {
    const parts = [rest]
    for (let length = rest.length; length < size; length += blockBytes) parts.push(nextBlock())
    const bytes = Buffer.concat(parts)
    rest = bytes.subarray(size)
    return bytes.subarray(0, size)
  }
}
