import { customRandom } from 'nanoid'
import type { System } from './system.ts'

/** Makes the identifiers that the service hands out. In a repeatable system they follow from what they are for. */
export interface Ids {
  /**
   * `skey-` and 8 of `[0-9a-z]`, as in all documented examples (docs/behaviour.md#key-ids), for the account's key pair
   * of this number. `attempt` begins with 0 and rises when an id is taken.
   */
  keyId(account: string, number: number, attempt: number): string
  /** A lower-case version 4 UUID for the account's next request; each protocol prints it in its own case. */
  requestId(account?: string): string
  /** Requests are counted from the start again: everybody's, or one account's. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** How many requests each account has made, where they are counted. */
  requestCounts(): Record<string, number>
  /** From now on, and after a reset of one account, they are counted from here. */
  load(counts: Readonly<Record<string, number>>): void
}

/** `started` is how many requests accounts have made before. */
export function createIds(system: System, started: Readonly<Record<string, number>> = {}): Ids {
  let start = new Map(Object.entries(started))
  let requests = new Map(start)
  const countRequest = (account: string) => {
    const number = (requests.get(account) ?? 0) + 1
    requests.set(account, number)
    return number
  }
  const requestBytes = (account: string) =>
    system.repeatable ? system.random('request-id', account, countRequest(account)) : system.random('request-id')

  return {
    keyId(account, number, attempt) {
      const random = system.random('key-id', account, number, attempt)
      return `skey-${customRandom('0123456789abcdefghijklmnopqrstuvwxyz', 8, random)()}`
    },
    requestId: (account = '') => uuid(requestBytes(account)(16)),
    requestCounts: () => Object.fromEntries(requests),
    load(counts) {
      start = new Map(Object.entries(counts))
      requests = new Map(start)
    },
    reset(account, { fixtures = true } = {}) {
      if (account === undefined) {
        start = new Map(fixtures ? Object.entries(started) : [])
        requests = new Map(start)
        return
      }
      const count = fixtures ? start.get(account) : undefined
      if (count === undefined) requests.delete(account)
      else requests.set(account, count)
    },
  }
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 16 random bytes as a version 4 UUID. */
export function uuid(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < 16; index++) {
    const byte = bytes[index] ?? 0
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    text += index === 4 || index === 6 || index === 8 || index === 10 ? `-${hex[marked]}` : hex[marked]
  }
  return text
}
