import type { KeySource } from '../../src/keys/key-source.ts'
import { publicKey } from './keys.ts'

/** A key source without the cost of key generation. Its keys are not valid; they are for tests of everything else. */
export function fastKeys(): KeySource {
  let made = 0
  return {
    name: 'fresh',
    level: 0,
    async next({ use }) {
      const outcome = use({ privateKey: 'not a key', publicKey: publicKey(`fast ${made++}`, 1024) })
      if (outcome === 'known already') throw new Error('every key is different')
      return outcome
    },
    prefill: async () => {},
    close: () => {},
  }
}
