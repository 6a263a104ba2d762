import type { KeySource } from '../../src/keys/key-source.js'
import { publicKey } from './keys.js'

/** Keys that cost nothing, and are none: for tests that are about everything else. */
export function fastKeys(): KeySource {
  let made = 0
  return {
    level: 0,
    next: async () => ({ privateKey: 'no key at all', publicKey: publicKey(`fast ${made++}`, 1024) }),
    giveBack: () => {},
    fill: () => {},
    close: () => {},
  }
}
