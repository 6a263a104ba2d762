import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'
import { describe, expect, test, vi } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator.ts'
import { generateRsaKeyPair } from '../../src/keys/forge-keys.ts'
import { keySourceNames } from '../../src/keys/key-source.ts'
import { createCode, createParams, get } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { run, testWith } from '../support/tools.ts'

async function createIn(emulator: Emulator, KeyName = 'Tencent') {
  const { Response } = await get(emulator, createParams({ KeyName }))
  if (!Response.KeyPair) throw new Error(Response.Error?.Message)
  return Response.KeyPair
}

const options = (keySource: (typeof keySourceNames)[number]): EmulatorOptions =>
  keySource === 'seeded' ? { keySource, seed: 'proof' } : { keySource }

const number = (base64url = '') => BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`)

/** What is wrong with the numbers of a key of so many bits. */
function faults(pem: string, bits: number): string[] {
  const jwk = createPrivateKey(pem).export({ format: 'jwk' })
  const [n, e, d, p, q, dp, dq, qi] = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].map(number) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const rules = {
    'n = p × q': n === p * q,
    'exact bits': n.toString(2).length === bits,
    'primes of half the bits': p.toString(2).length === bits / 2 && q.toString(2).length === bits / 2,
    'larger prime first': p > q,
    'e = 65537': e === 65537n,
    'd inverts e': (d * e) % (p - 1n) === 1n && (d * e) % (q - 1n) === 1n && d < n,
    dP: dp === d % (p - 1n),
    dQ: dq === d % (q - 1n),
    qInv: (qi * q) % p === 1n && qi < p,
  }
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]))
}

describe.each(keySourceNames)('%s keys', (keySource) => {
  describe.each([1024, 2048, 3072, 4096] as const)('of %i bits', (keyBits) => {
    testWith('openssl', 'ssh-keygen')(
      'pass openssl rsa -check at exactly this size, are what Node reads, and have the public half of ssh-keygen -y',
      async () => {
        const { PrivateKey, PublicKey } = await createIn(await start({ keyBits, ...options(keySource) }))
        const checked = run('openssl', ['rsa', '-check', '-noout', '-text'], PrivateKey)
        expect(checked.status, checked.output).toBe(0)
        expect(checked.output).toContain('RSA key ok')
        expect(checked.output).toContain(`Private-Key: (${keyBits} bit`)
        expect(checked.output).toContain('publicExponent: 65537 (0x10001)')

        const key = createPrivateKey(PrivateKey)
        expect(key.export({ type: 'pkcs1', format: 'pem' })).toBe(PrivateKey)
        expect(createPublicKey(key).asymmetricKeyDetails).toStrictEqual({
          modulusLength: keyBits,
          publicExponent: 65537n,
        })
        expect(faults(PrivateKey, keyBits)).toStrictEqual([])

        const file = join(mkdtempSync(join(temporaryFolder(), 'key-')), 'id_rsa')
        writeFileSync(file, PrivateKey, { mode: 0o600 })
        const { status, output } = run('ssh-keygen', ['-y', '-f', file])
        expect(status, output).toBe(0)
        expect(output.trim().split(' ').slice(0, 2)).toStrictEqual(PublicKey.split(' ').slice(0, 2))
      },
    )
  })

  test('are 500 different ones for 500 creates, each sound', async () => {
    const emulator = await start({ keyPairLimit: 500, ...options(keySource) })
    const keys = await Promise.all(Array.from({ length: 500 }, (_, index) => createIn(emulator, `k${index}`)))
    const moduli = keys.map(({ PrivateKey }) => createPublicKey(PrivateKey).export({ format: 'jwk' }).n)
    expect(new Set(moduli).size).toBe(500)
    expect(keys.flatMap(({ PrivateKey }) => faults(PrivateKey, 1024))).toStrictEqual([])
  })
})

test('2048 bits are the default', async () => {
  const { PrivateKey } = await createIn(await start({ keyBits: 2048 }))
  expect(faults(PrivateKey, 2048)).toStrictEqual([])
})

test('node-forge’s own generator, which works on the event loop, is never reached', async () => {
  const reached = vi.fn(() => {
    throw new Error('generated in JavaScript')
  })
  // The types know of none of these
  const { pki, prime } = forge as unknown as {
    pki: { rsa: Record<string, () => void> }
    prime: Record<string, () => void>
  }
  vi.spyOn(pki.rsa, 'createKeyPairGenerationState').mockImplementation(reached)
  vi.spyOn(pki.rsa, 'stepKeyPairGenerationState').mockImplementation(reached)
  vi.spyOn(prime, 'generateProbablePrime').mockImplementation(reached)
  for (const keyBits of [1024, 2048, 3072, 4096] as const) {
    expect(await createCode(await start({ keyBits }))).toBe('Success')
  }
  expect(reached).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

test('fresh keys are made off the event loop: while they are, it goes on turning', async () => {
  let turns = 0
  let making = true
  const turn = () => {
    turns++
    if (making) setImmediate(turn)
  }
  setImmediate(turn)
  for (let i = 0; i < 5; i++) await generateRsaKeyPair(2048)
  making = false
  // A generator on the loop lets it turn once a key
  expect(turns).toBeGreaterThan(500)
})

test('four fresh keys are made ahead in idle time, and one whose create is refused is kept', async () => {
  const emulator = await start({ poolSize: 32 })
  const full = async () => {
    while (emulator.keys.level < 4) await new Promise(setImmediate)
  }
  await full()
  const answers = await Promise.all(['a', 'a'].map((KeyName) => get(emulator, createParams({ KeyName }))))
  expect(answers.filter(({ Response }) => Response.KeyPair)).toHaveLength(1)
  await full()
  expect(emulator.keys.level).toBe(4)
})
