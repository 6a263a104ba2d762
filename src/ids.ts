import { customRandom } from 'nanoid'
import type { System } from './system.js'

/** Makes the identifiers that the service hands out. */
export interface Ids {
  /** `skey-` and 8 of `[0-9a-z]` (spec/open-questions.md 15). */
  keyId(): string
  /** A lower-case version 4 UUID; each protocol prints it in its own case. */
  requestId(): string
}

export function createIds(system: System): Ids {
  const keySuffix = customRandom('0123456789abcdefghijklmnopqrstuvwxyz', 8, (size) => system.random('key-id')(size))
  return {
    keyId: () => `skey-${keySuffix()}`,
    requestId: () => uuid(system.random('request-id')(16)),
  }
}

/** 16 random bytes as a version 4 UUID. */
export function uuid(bytes: Uint8Array): string {
  const marked = Uint8Array.from(bytes)
  marked[6] = ((marked[6] ?? 0) & 0x0f) | 0x40
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(marked).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
