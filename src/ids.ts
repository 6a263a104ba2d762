import { customRandom } from 'nanoid'
import type { System } from './system.js'

/** Makes the identifiers that the service hands out. In a repeatable system they follow from what they are for. */
export interface Ids {
  /**
   * `skey-` and 8 of `[0-9a-z]` (spec/open-questions.md 15), for the account's key pair of this number; `attempt`
   * counts from 0 when the ones before were taken.
   */
  keyId(account: string, number: number, attempt: number): string
  /** A lower-case version 4 UUID for the account's next request; each protocol prints it in its own case. */
  requestId(account?: string): string
  /** Requests are counted from the first again: everybody's, or one account's. */
  reset(account?: string): void
  /** How many requests an account has made, where they are counted. */
  requestCount(account: string): number
  setRequestCount(account: string, count: number): void
}

export function createIds(system: System): Ids {
  const requests = new Map<string, number>()
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
    requestCount: (account) => requests.get(account) ?? 0,
    setRequestCount: (account, count) => void requests.set(account, count),
    reset(account) {
      if (account === undefined) requests.clear()
      else requests.delete(account)
    },
  }
}

/** 16 random bytes as a version 4 UUID. */
export function uuid(bytes: Uint8Array): string {
  const marked = Uint8Array.from(bytes)
  marked[6] = ((marked[6] ?? 0) & 0x0f) | 0x40
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(marked.buffer).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
