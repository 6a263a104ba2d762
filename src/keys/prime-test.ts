import { checkPrimeSync, constants, publicEncrypt, type RsaPublicKey } from 'node:crypto'

/** Any prime, and a composite number without small factors, of the smallest size that is needed. */
const knownPrime = 2n ** 512n - 569n
const knownComposite = (2n ** 256n - 189n) * (2n ** 256n - 357n)

/**
 * Creates a Miller–Rabin test with random bases. It is tried with a prime and a composite number first, because an OpenSSL
 * with restrictions may not compute the powers: then Node's `checkPrime` is used, which is slower, and `isFast` is false.
 */
export function createPrimeTest(random: (size: number) => Uint8Array) {
  const passes = (number: bigint, base: Buffer) => {
    let exponent = (number - 1n) >> 1n
    let squarings = 0
    for (; (exponent & 1n) === 0n; squarings++) exponent >>= 1n
    let value = modularPower(base, exponent, number)
    if (value === 1n) return true
    for (; squarings > 0 && value !== number - 1n; squarings--) value = (value * value) % number
    return value === number - 1n
  }
  const isPrime = (number: bigint) => {
    const size = toBytes(number).length
    const two = Buffer.alloc(size)
    two[size - 1] = 2
    // Most composite numbers fail the first test
    if (!passes(number, two)) return false
    for (let rounds = size >= 128 ? 5 : 7; rounds > 0; rounds--) {
      const base = Buffer.from(random(size))
      // Below the number, whose highest bit is set
      base[0] = (base[0] ?? 0) & 0x7f
      if (!passes(number, base)) return false
    }
    return true
  }
  try {
    if (isPrime(knownPrime) && !isPrime(knownComposite)) return { isPrime, isFast: true }
  } catch {
    // The same as a wrong result
  }
  return { isPrime: (number: bigint) => checkPrimeSync(number), isFast: false }
}

/** An RSA public operation without padding is this native exponentiation, for moduli of 512 to 3072 bits. */
function modularPower(base: Buffer, exponent: bigint, modulus: bigint): bigint {
  const [n, e] = [modulus, exponent].map((number) => toBytes(number).toString('base64url')) as [string, string]
  // To import the key by itself would take half as long again for small numbers
  const key = { key: { kty: 'RSA', n, e }, format: 'jwk', padding: constants.RSA_NO_PADDING }
  return BigInt(`0x${publicEncrypt(key as unknown as RsaPublicKey, base).toString('hex')}`)
}

function toBytes(number: bigint): Buffer {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex')
}
