import { keyText } from './key-text.ts'
import { publicExponent, type RsaKeyPair } from './rsa-key-pair.ts'

const e = BigInt(publicExponent)

/** The RSA key pair of two primes, each fit for e; the larger one is its first. `qInv` is the smaller modulo the larger. */
export function combinePrimes(one: bigint, other: bigint, qInv = coefficient(one, other)): RsaKeyPair {
  const [p, q] = inOrder(one, other)
  const n = p * q
  const phi = n - p - q + 1n
  // e × d = 1 + k × phi, and k is small: cheaper than to invert e modulo phi
  const d = (1n + (e - inverse(phi, e)) * phi) / e
  return keyText({ n, d, p, q, dP: d % (p - 1n), dQ: d % (q - 1n), qInv })
}

const inOrder = (one: bigint, other: bigint) => (one > other ? [one, other] : [other, one]) as [bigint, bigint]

function coefficient(one: bigint, other: bigint): bigint {
  const [p, q] = inOrder(one, other)
  return inverse(q, p)
}

/**
 * `qInv` of the pairs of one prime with each of some others. An inversion costs more than all else that a key needs; here
 * one does for all (Montgomery): that of their product, from which each is had by multiplications.
 */
export function coefficients(prime: bigint, others: readonly bigint[]): bigint[] {
  // products[i] is the product of all before i
  const products = [1n]
  for (const other of others) products.push(((products.at(-1) ?? 1n) * other) % prime)
  let rest = inverse(products.at(-1) ?? 1n, prime)
  const found: bigint[] = []
  for (const [index, other] of [...others.entries()].reverse()) {
    const inverted = (rest * (products[index] ?? 1n)) % prime
    rest = (rest * other) % prime
    // Of a larger one the inverse of `prime` is wanted: inverted × other + x × prime = 1
    found.unshift(other < prime ? inverted : other + (1n - inverted * other) / prime)
  }
  return found
}

/** 1 / `number` modulo `modulus`, by Euclid. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [r0, r1, s0, s1] = [modulus, number % modulus, 0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1]
  }
  return s0 < 0n ? s0 + modulus : s0
}
