/** The exponent e of every generated key: 65537. */
export const publicExponent = 0x10001n

/** Number of odd numbers that are sieved together; about six of them are prime at 1024 bits. */
const sieveSize = 2048

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
      const composite = sieve(start + 2n * BigInt(from), bits)
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
function sieve(start: bigint, bits: number): Uint8Array {
  const composite = new Uint8Array(sieveSize)
  for (const { product, primes } of groupsFor(bits)) {
    const remainder = Number(start % product)
    for (const prime of primes) {
      // Solves start + 2 × index ≡ 0: modulo an odd prime, -1 / 2 is (prime - 1) / 2
      const first = ((remainder % prime) * ((prime - 1) / 2)) % prime
      for (let index = first; index < sieveSize; index += prime) composite[index] = 1
    }
  }
  return composite
}

/** The odd primes below `limit`, in groups whose products are safe integers: one division of a long number serves each. */
function groupSmallPrimes(limit: number) {
  const composite = new Uint8Array(limit)
  let group = { product: 1, primes: [] as number[] }
  const all: (typeof group)[] = []
  for (let number = 3; number < limit; number += 2) {
    if (composite[number]) continue
    for (let multiple = number * number; multiple < limit; multiple += 2 * number) composite[multiple] = 1
    if (!Number.isSafeInteger(group.product * number)) group = { product: 1, primes: [] }
    if (group.primes.length === 0) all.push(group)
    group.product *= number
    group.primes.push(number)
  }
  return all.map(({ product, primes }) => ({ product: BigInt(product), primes }))
}

let latest: { readonly bits: number; readonly groups: ReturnType<typeof groupSmallPrimes> } | undefined

/** The groups for numbers of this size: those of the size before are not kept, since a thread is rarely asked for two. */
function groupsFor(bits: number) {
  // A higher limit would cost more time than it saves
  if (latest?.bits !== bits) latest = { bits, groups: groupSmallPrimes(100 * bits) }
  return latest.groups
}
