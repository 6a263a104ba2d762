import type { pki } from 'node-forge'
import { encodeKeyPair } from './encode-key-pair.ts'
import { loadForge } from './forge.ts'
import { publicExponent, type RsaKeyPair } from './rsa-key-pair.ts'

/**
 * Generates a random key pair of exactly `bits` bits with e = 65537. node-forge's asynchronous generator calls Node's
 * generator, which runs on another thread: the event loop is blocked only while the result is read.
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

/** Does not use node-forge's own encoders, which would block the event loop for twice as long. */
function toKeyPair({ privateKey }: pki.rsa.KeyPair): RsaKeyPair {
  const toBigInt = (number: { toString(radix: number): string }) => BigInt(`0x${number.toString(16)}`)
  const { n, d, p, q, dP, dQ, qInv } = privateKey
  return encodeKeyPair({
    n: toBigInt(n),
    d: toBigInt(d),
    p: toBigInt(p),
    q: toBigInt(q),
    dP: toBigInt(dP),
    dQ: toBigInt(dQ),
    qInv: toBigInt(qInv),
  })
}
