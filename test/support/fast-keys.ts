import type { KeySource } from '../../src/keys/key-source.ts'
import { publicKey } from './keys.ts'

/** Keys that cost nothing, and are none: for tests that are about everything else. */
export function fastKeys(): KeySource {
  let made = 0
  return {
    name: 'fresh',
    level: 0,
    async next({ use }) {
      const outcome = use({ privateKey: 'no key at all', publicKey: publicKey(`fast ${made++}`, 1024) })
      if (outcome === 'known already') throw new Error('all of these are different')
      return outcome
    },
    prefill: async () => {},
    fill: () => {},
    close: () => {},
  }
}
