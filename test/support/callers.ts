import type { Caller, KeySource } from '../../src/keys/key-source.ts'

/** A caller that can disconnect. */
export function caller(): Caller & { hangUp(): void; listeners(): number } {
  const listeners = new Set<() => void>()
  return {
    onGone(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hangUp() {
      for (const listener of listeners) listener()
    },
    listeners: () => listeners.size,
  }
}

interface KeyRequest {
  readonly account?: string
  readonly caller?: Caller
  /** Whether the caller uses the key. */
  readonly ok?: boolean
  /** Private keys that the caller already has. */
  readonly known?: readonly string[]
  readonly fails?: boolean
}

/** Requests a key and returns the private key that was offered. */
export async function ask(keys: KeySource, request: KeyRequest = {}): Promise<string> {
  const { account = 'a', caller: who = caller(), ok = true, known = [], fails = false } = request
  const { key } = await keys.next({
    account,
    caller: who,
    use({ privateKey }) {
      if (fails) throw new Error('use broke')
      return known.includes(privateKey) ? 'known already' : { ok, key: privateKey }
    },
  })
  return key
}
