import { customRandom } from 'nanoid'
import { increment, maxCountedAccounts } from './limits.ts'
import { createSystem, type System } from './system.ts'

/** Creates the ids of key pairs and requests. In a repeatable system they depend on their arguments and the seed alone. */
export interface Ids {
  /** Differs from start to start, also in a repeatable system: a reader must notice that the numbers begin anew. */
  readonly boot: string
  /**
   * Returns `skey-` and 8 characters of `[0-9a-z]`, as in all documented examples (docs/behaviour.md#key-ids), for the
   * account's key pair with this number. `attempt` starts at 0 and increases while the id is already in use.
   */
  keyId(account: string, number: number, attempt: number): string
  /** Returns a version 4 UUID in lower case for the account's next request; each protocol prints it in its own case. */
  requestId(account?: string): string
  /** Restarts the request counts of all accounts, or of one; with `fixtures: false` they restart at 0. */
  reset(account?: string, options?: { readonly fixtures?: boolean }): void
  /** Number of requests of each account; they are counted in a repeatable system only. */
  requestCounts(): Record<string, number>
  /** Sets the request counts, and the counts to which a reset of one account returns. */
  load(counts: Readonly<Record<string, number>>): void
}

/** `initialCounts` is the number of requests that each account has made before. */
export function createIds(system: System, initialCounts: Readonly<Record<string, number>> = {}): Ids {
  let startCounts = new Map(Object.entries(initialCounts))
  let counts = new Map(startCounts)
  const countRequest = (account: string) => {
    const previous = counts.get(account)
    if (previous === undefined && counts.size >= maxCountedAccounts) counts.delete(counts.keys().next().value ?? '')
    const number = increment(previous ?? 0)
    counts.set(account, number)
    return number
  }
  const requestBytes = (account: string) =>
    system.repeatable ? system.random('request-id', account, countRequest(account)) : system.random('request-id')

  return {
    boot: Buffer.from(createSystem().random()(8)).toString('hex'),
    keyId(account, number, attempt) {
      const random = system.random('key-id', account, number, attempt)
      return `skey-${customRandom('0123456789abcdefghijklmnopqrstuvwxyz', 8, random)()}`
    },
    requestId: (account = '') => uuid(requestBytes(account)(16)),
    requestCounts: () => Object.fromEntries(counts),
    load(requestCounts) {
      startCounts = new Map(Object.entries(requestCounts))
      counts = new Map(startCounts)
    },
    reset(account, { fixtures = true } = {}) {
      if (account === undefined) {
        startCounts = new Map(fixtures ? Object.entries(initialCounts) : [])
        counts = new Map(startCounts)
        return
      }
      const count = fixtures ? startCounts.get(account) : undefined
      if (count === undefined) counts.delete(account)
      else counts.set(account, count)
    },
  }
}

/** Formats 16 random bytes as a version 4 UUID. */
export function uuid(random: Uint8Array): string {
  const bytes = Buffer.from(random)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
