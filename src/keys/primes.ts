import { checkPrimeSync } from 'node:crypto'
import { publicExponent } from './encode-key-pair.ts'

/** Number of candidates in one window; about ten of them are prime at 2048 bits. */
const windowSize = 8192
const sieveLimit = 1 << 15

/**
 * Finds a prime of exactly `bits` bits for a key with e = 65537. Its two highest bits are set, so that the product of two
 * such primes has exactly twice as many bits. The result depends on `random` alone: it is the first suitable number at or
 * above the random start; if the window holds none, a new start is drawn. Blocks its thread for tens of milliseconds.
 */
export function findPrime(bits: number, random: (size: number) => Uint8Array): bigint {
  for (;;) {
    const start = firstCandidate(random(bits / 8))
    const composite = sieve(start)
    for (let index = 0; index < windowSize; index++) {
      if (composite[index]) continue
      const number = start + 2n * BigInt(index)
      if (number >> BigInt(bits) !== 0n) break
      if ((number - 1n) % publicExponent !== 0n && checkPrimeSync(number)) return number
    }
  }
}

function firstCandidate(bytes: Uint8Array): bigint {
  const adjusted = Buffer.from(bytes)
  adjusted[0] = (adjusted[0] ?? 0) | 0xc0
  adjusted[adjusted.length - 1] = (adjusted.at(-1) ?? 0) | 1
  return BigInt(`0x${adjusted.toString('hex')}`)
}

/** Marks which of `start`, `start` + 2, `start` + 4, … have a small factor. */
function sieve(start: bigint): Uint8Array {
  const composite = new Uint8Array(windowSize)
  for (const prime of smallPrimes) {
    const remainder = Number(start % BigInt(prime))
    // Solves start + 2 × index ≡ 0: modulo an odd prime, -1 / 2 is (prime - 1) / 2
    const first = (remainder * ((prime - 1) / 2)) % prime
    for (let index = first; index < windowSize; index += prime) composite[index] = 1
  }
  return composite
}

/** The odd primes below `sieveLimit`. */
function findSmallPrimes(): number[] {
  const composite = new Uint8Array(sieveLimit)
  const primes: number[] = []
  for (let number = 3; number < sieveLimit; number += 2) {
    if (composite[number]) continue
    primes.push(number)
    for (let multiple = number * number; multiple < sieveLimit; multiple += 2 * number) composite[multiple] = 1
  }
  return primes
}

const smallPrimes = findSmallPrimes()
