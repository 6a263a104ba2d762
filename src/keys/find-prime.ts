/** The exponent e of every generated key: 65537. */
export const publicExponent = 0x10001n

/** Number of odd numbers that are sieved together; about six of them are prime at 1024 bits. */
const sieveSize = 2048
/** Of the primes that are used to sieve. Up to a hundred times the size of the number, a higher limit saves time. */
const sieveLimit = 204_800

/**
 * Finds a prime of `bits` bits for a key with e = 65537: the first suitable number of `windowSize` odd numbers from a random
 * start; if none is, a new start is drawn. Its two highest bits are set, so that the product of two has exactly twice as
 * many bits. Blocks its thread for tens of milliseconds. An incremental search for test keys, which claims no standard.
 */
export function findPrime(
  bits: number,
  windowSize: number,
  random: (size: number) => Uint8Array,
  isPrime: (number: bigint) => boolean,
): bigint {
  for (;;) {
    const start = drawStart(random(bits / 8))
    for (let from = 0; from < windowSize; from += sieveSize) {
      const composite = sieve(start + 2n * BigInt(from), 100 * bits)
      for (let index = 0; index < Math.min(sieveSize, windowSize - from); index++) {
        if (composite[index]) continue
        const number = start + 2n * BigInt(from + index)
        if (number >> BigInt(bits) !== 0n) break
        if ((number - 1n) % publicExponent !== 0n && isPrime(number)) return number
      }
    }
  }
}

function drawStart(bytes: Uint8Array): bigint {
  const adjusted = Buffer.from(bytes)
  adjusted[0] = (adjusted[0] ?? 0) | 0xc0
  adjusted[adjusted.length - 1] = (adjusted.at(-1) ?? 0) | 1
  return BigInt(`0x${adjusted.toString('hex')}`)
}

/** Marks which of `start`, `start` + 2, `start` + 4, … have a small factor. */
function sieve(start: bigint, limit: number): Uint8Array {
  const composite = new Uint8Array(sieveSize)
  for (const { product, primes } of groups) {
    if ((primes[0] ?? 0) > limit) break
    const remainder = Number(start % product)
    for (const prime of primes) {
      // Solves start + 2 × index ≡ 0: modulo an odd prime, -1 / 2 is (prime - 1) / 2
      const first = ((remainder % prime) * ((prime - 1) / 2)) % prime
      for (let index = first; index < sieveSize; index += prime) composite[index] = 1
    }
  }
  return composite
}

/** The odd primes below `sieveLimit`, in groups whose products are safe integers: one division of a long number serves each. */
function groupSmallPrimes() {
  const composite = new Uint8Array(sieveLimit)
  const all: { product: number; readonly primes: number[] }[] = []
  let group = { product: 1, primes: [] as number[] }
  for (let number = 3; number < sieveLimit; number += 2) {
    if (composite[number]) continue
    for (let multiple = number * number; multiple < sieveLimit; multiple += 2 * number) composite[multiple] = 1
    if (!Number.isSafeInteger(group.product * number)) group = { product: 1, primes: [] }
    if (group.primes.length === 0) all.push(group)
    group.product *= number
    group.primes.push(number)
  }
  return all.map(({ product, primes }) => ({ product: BigInt(product), primes }))
}

const groups = groupSmallPrimes()
