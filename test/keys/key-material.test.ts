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

/** The rules that the numbers of a key of `bits` bits break. */
function brokenRules(pem: string, bits: number): string[] {
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
      'pass openssl rsa -check with exactly this size, can be read by Node, and have the public key of ssh-keygen -y',
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
        expect(brokenRules(PrivateKey, keyBits)).toStrictEqual([])

        const file = join(mkdtempSync(join(temporaryFolder(), 'key-')), 'id_rsa')
        writeFileSync(file, PrivateKey, { mode: 0o600 })
        const { status, output } = run('ssh-keygen', ['-y', '-f', file])
        expect(status, output).toBe(0)
        expect(output.trim().split(' ').slice(0, 2)).toStrictEqual(PublicKey.split(' ').slice(0, 2))
      },
    )
  })

  test('of 500 creates are all different and valid', async () => {
    const emulator = await start({ keyPairLimit: 500, ...options(keySource) })
    const keys = await Promise.all(Array.from({ length: 500 }, (_, index) => createIn(emulator, `k${index}`)))
    const moduli = keys.map(({ PrivateKey }) => createPublicKey(PrivateKey).export({ format: 'jwk' }).n)
    expect(new Set(moduli).size).toBe(500)
    expect(keys.flatMap(({ PrivateKey }) => brokenRules(PrivateKey, 1024))).toStrictEqual([])
  })
})

test('keys have 2048 bits by default', async () => {
  const { PrivateKey } = await createIn(await start({ keyBits: 2048 }))
  expect(brokenRules(PrivateKey, 2048)).toStrictEqual([])
})

test('node-forge’s own generator, which blocks the event loop, is never used', async () => {
  const reached = vi.fn(() => {
    throw new Error('generated in JavaScript')
  })
  // The types do not declare these functions
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

test('fresh keys are generated without blocking the event loop', async () => {
  let turns = 0
  let making = true
  const turn = () => {
    turns++
    if (making) setImmediate(turn)
  }
  setImmediate(turn)
  for (let i = 0; i < 5; i++) await generateRsaKeyPair(2048)
  making = false
  // A generator that blocks the event loop would give it one turn per key
  expect(turns).toBeGreaterThan(500)
})

test('four fresh keys are generated while the emulator is idle, and a rejected create leaves its key', async () => {
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
