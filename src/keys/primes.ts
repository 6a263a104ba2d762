import { checkPrimeSync } from 'node:crypto'
import { publicExponent } from './rsa-key-pair.ts'

/** Candidates in one window; with 2048 bits some ten of them are prime. */
const windowSize = 8192
const sieveLimit = 1 << 15

/**
 * A prime of exactly `bits` bits, its two highest bits set, so that the product of two has exactly twice as many, and
 * fit for e = 65537. It follows from `random` alone: the first odd number at or above the bytes drawn that is prime;
 * where there is none in the window, bytes are drawn again. Takes tens of milliseconds without a break.
 */
export function findPrime(bits: number, random: (size: number) => Uint8Array): bigint {
  for (;;) {
    const start = candidate(random(bits / 8))
    const composite = sieve(start)
    for (let index = 0; index < windowSize; index++) {
      if (composite[index]) continue
      const number = start + 2n * BigInt(index)
      if (number >> BigInt(bits) !== 0n) break
      if ((number - 1n) % BigInt(publicExponent) !== 0n && checkPrimeSync(number)) return number
    }
  }
}

function candidate(bytes: Uint8Array): bigint {
  const marked = Buffer.from(bytes)
  marked[0] = (marked[0] ?? 0) | 0xc0
  marked[marked.length - 1] = (marked.at(-1) ?? 0) | 1
  return BigInt(`0x${marked.toString('hex')}`)
}

/** Marks which of `start`, `start` + 2, `start` + 4, … have a small factor. */
function sieve(start: bigint): Uint8Array {
  const composite = new Uint8Array(windowSize)
  for (const prime of smallPrimes()) {
    const remainder = Number(start % BigInt(prime))
    // start + 2 × index ≡ 0; the half of -1 modulo an odd prime is (prime - 1) / 2
    const first = (remainder * ((prime - 1) / 2)) % prime
    for (let index = first; index < windowSize; index += prime) composite[index] = 1
  }
  return composite
}

let sieved: readonly number[] | undefined

/** The odd primes below the limit. */
function smallPrimes(): readonly number[] {
  if (sieved) return sieved
  const composite = new Uint8Array(sieveLimit)
  const primes: number[] = []
  for (let number = 3; number < sieveLimit; number += 2) {
    if (composite[number]) continue
    primes.push(number)
    for (let multiple = number * number; multiple < sieveLimit; multiple += 2 * number) composite[multiple] = 1
  }
  sieved = primes
  return primes
}
