import { availableParallelism } from 'node:os'
import { combinePrimes } from '../keys/combine-primes.ts'
import { createPrimeThreads } from '../keys/prime-threads.ts'
import type { AccountFixture, Fixture, KeyPairFixture } from './fixture.ts'

/** Replaces the seed of a key pair by a public key, which is always the same for the same seed and size. */
export async function generateSeededKeys(fixture: Fixture, keyBits: number): Promise<Fixture> {
  const accounts = Object.entries(fixture.accounts ?? {})
  const all = [fixture, ...accounts.map(([, one]) => one)].flatMap(({ keyPairs = [] }) => keyPairs)
  const seeds = new Set(all.flatMap(({ seed }) => (seed === undefined ? [] : [seed])))
  if (seeds.size === 0) return fixture

  const primes = createPrimeThreads({ seed: 'fixture', bits: keyBits / 2, threads: availableParallelism() })
  const generate = async (seed: string) => {
    const [p, q] = await Promise.all([primes.prime([seed, 'p']), primes.prime([seed, 'q'])])
    return [seed, combinePrimes(p, q).publicKey] as const
  }
  const keys = new Map(await Promise.all([...seeds].map(generate))) as ReadonlyMap<string, string>
  primes.close()

  const complete = ({ seed, ...keyPair }: KeyPairFixture): KeyPairFixture => {
    const publicKey = seed === undefined ? undefined : keys.get(seed)
    return publicKey === undefined ? keyPair : { ...keyPair, publicKey }
  }
  const completeAll = <Part extends AccountFixture>(part: Part): Part =>
    part.keyPairs ? { ...part, keyPairs: part.keyPairs.map(complete) } : part
  return {
    ...completeAll(fixture),
    ...(fixture.accounts && {
      accounts: Object.fromEntries(accounts.map(([name, account]) => [name, completeAll(account)])),
    }),
  }
}
