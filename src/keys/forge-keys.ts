import type { pki } from 'node-forge'
import { loadForge } from './forge.ts'
import { keyText } from './key-text.ts'
import { publicExponent, type RsaKeyPair } from './rsa-key-pair.ts'

/**
 * A new random key pair of exactly `bits` bits, e = 65537. node-forge's asynchronous generator uses Node's own one,
 * which works on a thread of its own: the event loop is held only while the result is read.
 */
export async function generateRsaKeyPair(bits: number): Promise<RsaKeyPair> {
  const forge = await loadForge()
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits, e: publicExponent }, (error, pair) => {
      if (error) reject(error)
      else resolve(toKeyPair(pair))
    })
  })
}

/** node-forge's own writers would hold the event loop for twice as long. */
function toKeyPair({ privateKey }: pki.rsa.KeyPair): RsaKeyPair {
  const number = (big: { toString(radix: number): string }) => BigInt(`0x${big.toString(16)}`)
  const { n, d, p, q, dP, dQ, qInv } = privateKey
  return keyText({
    n: number(n),
    d: number(d),
    p: number(p),
    q: number(q),
    dP: number(dP),
    dQ: number(dQ),
    qInv: number(qInv),
  })
}
