import { checkPrimeSync, generatePrimeSync, randomBytes } from 'node:crypto'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { findPrime } from '../../src/keys/find-prime.ts'
import { createKeyThreads } from '../../src/keys/key-threads.ts'
import { createPrimeTest } from '../../src/keys/prime-test.ts'
import { CallerGone } from '../../src/system/errors.ts'
import { seededBytes } from '../../src/system/system.ts'
import { createParams, get } from '../support/api.ts'
import { launch } from '../support/process.ts'

const { isPrime, isFast } = createPrimeTest(randomBytes)

/** What the search must find, one number after the other. */
function firstSuitable(start: bigint): bigint {
  let number = start
  while ((number - 1n) % 65537n === 0n || !checkPrimeSync(number)) number += 2n
  return number
}

test.each([512, 1024, 1536, 2048])('a search of %i bits finds the first suitable number', (bits) => {
  for (let round = 0; round < 6; round++) {
    const bytes = seededBytes('search', [bits, round])(bits / 8)
    const start = BigInt(`0x${bytes.toString('hex')}`) | (3n << BigInt(bits - 2)) | 1n
    const found = findPrime(bits, 8192, () => bytes, isPrime)
    expect(found).toBe(firstSuitable(start))
    expect(found.toString(2)).toHaveLength(bits)
  }
})

test('a window without a prime, and one that leaves the size, are followed by a new start', () => {
  let prime = generatePrimeSync(512, { bigint: true })
  while ((prime - 1n) % 65537n === 0n) prime = generatePrimeSync(512, { bigint: true })
  const inHex = (number: bigint) => Buffer.from(number.toString(16), 'hex')
  // A multiple of 3
  const composite = prime - (prime % 3n === 1n ? 4n : 2n)
  const last = 2n ** 512n - 1n
  const starts = [composite, last, prime].map(inHex)
  expect(checkPrimeSync(composite)).toBe(false)
  expect(findPrime(512, 1, () => starts.shift() ?? inHex(0n), isPrime)).toBe(prime)
  expect(starts).toStrictEqual([])
})

test('a prime minus 1 that is a multiple of e is passed over', () => {
  let unsuitable = 65537n * (3n << 494n) + 1n
  while (!checkPrimeSync(unsuitable)) unsuitable += 2n * 65537n
  const bits = 512
  expect(unsuitable.toString(2)).toHaveLength(bits)
  const bytes = Buffer.from(unsuitable.toString(16), 'hex')
  expect(findPrime(bits, 8192, () => bytes, isPrime)).toBe(firstSuitable(unsuitable))
})

test('the test for primes agrees with that of Node, also where it has to square', () => {
  expect(isFast).toBe(true)
  const random = seededBytes('numbers', [])
  const numbers: bigint[] = []
  // Numbers of which 2^k divides the predecessor
  for (const k of [1n, 2n, 20n, 200n]) {
    for (let round = 0; round < 200; round++) {
      const high = BigInt(`0x${random(64).toString('hex')}`) | (3n << 510n)
      numbers.push(((high >> k) << k) | 1n)
    }
  }
  const primes = numbers.filter((number) => checkPrimeSync(number))
  expect(primes.length).toBeGreaterThan(2)
  expect(numbers.filter((number) => isPrime(number))).toStrictEqual(primes)
})

/** The Miller–Rabin test with base 2 alone. */
function passesBaseTwo(number: bigint): boolean {
  let exponent = number - 1n
  let squarings = 0
  for (; exponent % 2n === 0n; exponent /= 2n) squarings++
  let value = 1n
  for (const bit of exponent.toString(2)) value = (value * value * (bit === '1' ? 2n : 1n)) % number
  if (value === 1n) return true
  for (; squarings > 1 && value !== number - 1n; squarings--) value = (value * value) % number
  return value === number - 1n
}

test('a composite number that passes a test with base 2 is found out', () => {
  // For primes p and q = 2p - 1, p × q passes the test for many bases
  for (let m = 2n ** 255n / 12n + 1n; ; m++) {
    const [p, q] = [12n * m + 1n, 24n * m + 1n]
    if ([3n, 5n, 7n, 11n, 13n, 17n, 19n].some((factor) => p % factor === 0n || q % factor === 0n)) continue
    if (!checkPrimeSync(p) || !checkPrimeSync(q) || !passesBaseTwo(p * q)) continue
    expect((p * q).toString(2)).toHaveLength(512)
    expect(isPrime(p * q)).toBe(false)
    return
  }
})

/** The threads of this process that a test starts. */
function startedThreads(): Worker[] {
  const workers: Worker[] = []
  const onWorker = (worker: Worker) => void workers.push(worker)
  process.on('worker', onWorker)
  onTestFinished(() => void process.off('worker', onWorker))
  return workers
}

test.each([
  [512, 1],
  [1024, 2],
])('two searches of %i bits for somebody who waits use %i threads', async (bits, count) => {
  const workers = startedThreads()
  const threads = createKeyThreads(2)
  onTestFinished(threads.close)
  const primes = Promise.all([threads.prime(bits), threads.prime(bits)])
  threads.hurry()
  await primes
  expect(workers).toHaveLength(count)
})

test('a search for somebody who has left is not begun', async () => {
  const threads = createKeyThreads(1)
  onTestFinished(threads.close)
  const gone = new AbortController()
  const first = threads.prime(512)
  const left = expect(threads.prime(2048, undefined, gone.signal)).rejects.toBeInstanceOf(CallerGone)
  gone.abort()
  await Promise.all([first, left])
})

test('a thread that ends is replaced, and its task is rejected', async () => {
  const workers = startedThreads()
  const threads = createKeyThreads(1)
  onTestFinished(threads.close)
  expect(checkPrimeSync(await threads.prime(512))).toBe(true)
  await workers[0]?.terminate()
  const next = threads.prime(512)
  expect(checkPrimeSync(await next)).toBe(true)
  const lost = expect(threads.prime(2048)).rejects.toThrow('A thread that makes keys has ended.')
  await workers[1]?.terminate()
  await lost
  expect(checkPrimeSync(await threads.prime(512))).toBe(true)
})

test('where OpenSSL refuses RSA without padding, keys are made by checkPrime, and the log says so once', async () => {
  const preload = new URL('../support/refuse-raw-rsa.mjs', import.meta.url).pathname
  const emulator = launch(['--port', '0', '--key-bits', '1024', '--pool-size', '0'], {
    env: { NODE_OPTIONS: `--import ${preload}` },
  })
  const url = await emulator.ready
  const keys = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (KeyName) => (await get({ url }, createParams({ KeyName }))).Response.KeyPair),
  )
  expect(keys.map((key) => key?.PrivateKey)).toStrictEqual(Array(4).fill(expect.stringContaining('RSA PRIVATE KEY')))
  emulator.child.kill('SIGTERM')
  await emulator.ended
  expect(emulator.stderr().match(/OpenSSL refuses RSA without padding/g)).toHaveLength(1)
})
