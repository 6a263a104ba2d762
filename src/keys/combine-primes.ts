import { encodeKeyPair, publicExponent, type RsaKeyPair } from './encode-key-pair.ts'

/**
 * Creates the RSA key pair of two primes, of which neither minus 1 is a multiple of e. The larger prime becomes p.
 * `qInv` is the inverse of the smaller prime modulo the larger.
 */
export function combinePrimes(one: bigint, other: bigint, qInv?: bigint): RsaKeyPair {
  const [p, q] = one > other ? [one, other] : [other, one]
  const n = p * q
  const phi = n - p - q + 1n
  // e × d = 1 + k × phi with a small k: cheaper than inverting e modulo phi
  const d = (1n + (publicExponent - inverse(phi, publicExponent)) * phi) / publicExponent
  return encodeKeyPair({ n, d, p, q, dP: d % (p - 1n), dQ: d % (q - 1n), qInv: qInv ?? inverse(q, p) })
}

/**
 * Computes `qInv` for the pairs of one prime with each of `others`, in the same order. An inversion costs more than the
 * rest of a key, so the product of all others is inverted once and the single inverses follow by multiplication
 * (Montgomery's trick).
 */
export function coefficients(prime: bigint, others: readonly bigint[]): bigint[] {
  // products[i] is the product of all others before index i
  const products = [1n]
  for (const other of others) products.push(((products.at(-1) ?? 1n) * other) % prime)
  let rest = inverse(products.at(-1) ?? 1n, prime)
  const results: bigint[] = []
  for (const [index, other] of [...others.entries()].reverse()) {
    const inverted = (rest * (products[index] ?? 1n)) % prime
    rest = (rest * other) % prime
    // For a larger prime, qInv is the inverse of `prime` instead: inverted × other + x × prime = 1
    results.unshift(other < prime ? inverted : other + (1n - inverted * other) / prime)
  }
  return results
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
