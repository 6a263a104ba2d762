import type { pki } from 'node-forge'
import { lazy } from '../system/lazy.ts'
import { encodeKeyPair, publicExponent, type RsaKeyPair } from './encode-key-pair.ts'

/** Ordered so that no module loads many others at once. */
const modules = 'jsbn util aes asn1 md random des rc2 pbe rsa pkcs12 x509 pki ssh'.split(' ')

/**
 * Loads node-forge at its first use, so that the emulator starts without it. The modules are loaded one by one, because
 * loading all of them at once would block the event loop for 30 ms.
 */
export const loadForge = lazy(async () => {
  for (const name of modules) await import(`node-forge/lib/${name}.js`)
  return (await import('node-forge')).default
})

/**
 * Generates a random key pair of exactly `bits` bits with e = 65537. node-forge's asynchronous generator calls Node's
 * generator, which runs on another thread: the event loop is blocked only while the result is read.
 */
export async function generateRsaKeyPair(bits: number): Promise<RsaKeyPair> {
  const forge = await loadForge()
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits, e: Number(publicExponent) }, (error, pair) => {
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
