import type { Caller, KeySource } from '../../src/keys/key-source.ts'

/** A caller who can hang up. */
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

interface ForcedFault {
  readonly account?: string
  readonly caller?: Caller
  /** Whether it uses the key. */
  readonly ok?: boolean
  /** Keys that it has already. */
  readonly known?: readonly string[]
  readonly fails?: boolean
}

/** The private key that a caller is offered and uses, or refuses. */
export async function ask(keys: KeySource, wish: ForcedFault = {}): Promise<string> {
  const { account = 'a', caller: who = caller(), ok = true, known = [], fails = false } = wish
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
