import forge from 'node-forge'
import { publicExponent } from './find-prime.ts'
import type { RsaKeyPair } from './key-source.ts'

const { jsbn, pki, ssh } = forge

/**
 * Builds the RSA key pair of two primes, of which neither minus 1 is a multiple of e, with node-forge. The larger prime
 * becomes p.
 */
export function buildKeyPair([one, other]: readonly [bigint, bigint]): RsaKeyPair {
  const [p, q] = one > other ? [one, other] : [other, one]
  const n = p * q
  const phi = n - p - q + 1n
  // e × d = 1 + k × phi with a small k: cheaper than inverting e modulo phi
  const d = (1n + (publicExponent - inverse(phi, publicExponent)) * phi) / publicExponent
  const numbers = [n, publicExponent, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)]
  const converted = numbers.map((number) => new jsbn.BigInteger(number.toString(16), 16))
  const key = pki.rsa.setPrivateKey(...(converted as Parameters<typeof pki.rsa.setPrivateKey>))
  return {
    privateKey: pki.privateKeyToPem(key).replaceAll('\r', ''),
    publicKey: ssh.publicKeyToOpenSSH(pki.rsa.setPublicKey(key.n, key.e), '').trim(),
  }
}

/** The inverse of `number` modulo `modulus`, by the extended Euclidean algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [r0, r1, s0, s1] = [modulus, number % modulus, 0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1]
  }
  return s0 < 0n ? s0 + modulus : s0
}
