import { publicExponent, type RsaKeyPair } from './rsa-key-pair.js'

const e = BigInt(publicExponent)

/** The RSA key pair of two primes, each fit for e; the larger one is its first. `qInv` is the smaller modulo the larger. */
export function combinePrimes(one: bigint, other: bigint, qInv = coefficient(one, other)): RsaKeyPair {
  const [p, q] = inOrder(one, other)
  const n = p * q
  const phi = n - p - q + 1n
  // e × d = 1 + k × phi, and k is small: cheaper than to invert e modulo phi
  const d = (1n + (e - inverse(phi, e)) * phi) / e
  const privateKey = sequence([0n, n, e, d, p, q, d % (p - 1n), d % (q - 1n), qInv].map(integer))
  return { privateKey: pem(privateKey), publicKey: `ssh-rsa ${sshBlob(n).toString('base64')}` }
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

/** Big-endian and without a sign: a zero byte stands before a high first bit. */
function unsigned(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 === 1 ? `0${hex}` : hex
  return Buffer.from(even.charAt(0) >= '8' ? `00${even}` : even, 'hex')
}

/** X.690: the length in one byte, or the count of its bytes and then those. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

const integer = (number: bigint) => tagged(0x02, unsigned(number))
const sequence = (items: readonly Buffer[]) => tagged(0x30, Buffer.concat(items))

/** RFC 8017 A.1.2, in PEM of 64 columns. */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----', ''].join('\n')
}

/** RFC 4253 6.6. */
function sshBlob(n: bigint): Buffer {
  return Buffer.concat([Buffer.from('ssh-rsa'), unsigned(e), unsigned(n)].flatMap((field) => [lengthOf(field), field]))
}

function lengthOf(field: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(field.length)
  return length
}
