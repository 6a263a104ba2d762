import { checkPrime, createPrivateKey, createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import { createParams, get } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { openSshd, sshTools } from '../support/sshd.ts'
import { runAsync, testWith } from '../support/tools.ts'

async function createIn(emulator: Emulator, KeyName = 'Tencent') {
  const { Response } = await get(emulator, createParams({ KeyName }))
  if (!Response.KeyPair) throw new Error(Response.Error?.Message)
  return Response.KeyPair
}

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

/** `npm run proof` sets a higher number. */
const count = Number(process.env.PROOF_KEYS ?? 10)

describe.each([
  ['fresh', {}],
  ['seeded', { seed: 'proof' }],
] as const)('%s keys', (keySource, options) => {
  describe.each([1024, 2048, 3072, 4096] as const)('of %i bits', (keyBits) => {
    testWith('openssl', ...sshTools)(
      `are ${count} different ones, sound for openssl and ssh-keygen, and let in`,
      async () => {
        const emulator = await start({ keyBits, keyPairLimit: count, keySource, ...options })
        const keys = await createMany(emulator)
        const folder = temporaryFolder()
        const rest = keys.values()
        const checkInTurn = async () => {
          for (const { PrivateKey, PublicKey } of rest) {
            expect(await problemsOf(PrivateKey, PublicKey, keyBits, folder)).toStrictEqual([])
          }
        }
        await Promise.all(Array.from({ length: 4 }, checkInTurn))
        const moduli = keys.map(({ PrivateKey }) => createPublicKey(PrivateKey).export({ format: 'jwk' }).n)
        expect(new Set(moduli).size).toBe(count)
        const login = await openSshd([keys[0]?.PublicKey ?? ''])
        expect(login(keys[0]?.PrivateKey ?? '')).toMatchObject({ status: 0, output: expect.stringContaining('in\n') })
        if (count > 10) process.stdout.write(`${count} ${keySource} keys of ${keyBits} bits are sound\n`)
      },
    )
  })
})

/** Creates `count` key pairs, four at a time. */
async function createMany(emulator: Emulator) {
  const keys: Awaited<ReturnType<typeof createIn>>[] = []
  let begun = 0
  const createInTurn = async () => {
    while (begun < count) keys.push(await createIn(emulator, `k${begun++}`))
  }
  await Promise.all(Array.from({ length: 4 }, createInTurn))
  return keys
}

/** What openssl, ssh-keygen and Node find wrong with a key. */
async function problemsOf(privateKey: string, publicKey: string, bits: number, folder: string): Promise<string[]> {
  const file = join(folder, publicKey.slice(-40).replaceAll(/\W/g, '_'))
  writeFileSync(file, privateKey, { mode: 0o600 })
  const [checked, derived] = await Promise.all([
    runAsync('openssl', ['rsa', '-in', file, '-check', '-noout', '-text'], folder),
    runAsync('ssh-keygen', ['-y', '-f', file], folder),
  ])
  const key = createPrivateKey(privateKey)
  const primes = [key.export({ format: 'jwk' }).p, key.export({ format: 'jwk' }).q].map(number)
  const arePrime = await Promise.all(primes.map((prime) => promisify(checkPrime)(prime)))
  const { modulusLength, publicExponent } = createPublicKey(key).asymmetricKeyDetails ?? {}
  const rules = {
    'p and q are primes': arePrime.every(Boolean),
    'openssl rsa -check': checked.status === 0 && checked.output.includes('RSA key ok'),
    'size for openssl': checked.output.includes(`Private-Key: (${bits} bit`),
    'exponent for openssl': checked.output.includes('publicExponent: 65537 (0x10001)'),
    'ssh-keygen -y': derived.output.split(' ').slice(0, 2).join(' ').trim() === publicKey.split(' ', 2).join(' '),
    'PEM as Node writes it': key.export({ type: 'pkcs1', format: 'pem' }) === privateKey,
    'size and exponent for Node': modulusLength === bits && publicExponent === 65537n,
  }
  return [...brokenRules(privateKey, bits), ...Object.entries(rules).flatMap(([rule, ok]) => (ok ? [] : [rule]))]
}

test('keys have 2048 bits by default', async () => {
  const { PrivateKey } = await createIn(await start({ keyBits: 2048 }))
  expect(brokenRules(PrivateKey, 2048)).toStrictEqual([])
})

test('keys are made without blocking the event loop', async () => {
  const emulator = await start({ keyBits: 4096, poolSize: 0 })
  let turns = 0
  let making = true
  const turn = () => {
    turns++
    if (making) setImmediate(turn)
  }
  setImmediate(turn)
  await emulator.keys.prefill(1)
  making = false
  // A search that blocks the event loop would give it a few turns
  expect(turns).toBeGreaterThan(500)
})

test('four fresh keys are kept ready by default, and a rejected create leaves its key', async () => {
  const emulator = await startEmulator({ port: 0, keyBits: 1024 })
  onTestFinished(emulator.close)
  const full = async () => {
    while ((await emulator.keys.level()) < 4) await new Promise(setImmediate)
  }
  await full()
  const answers = await Promise.all(['a', 'a'].map((KeyName) => get(emulator, createParams({ KeyName }))))
  expect(answers.filter(({ Response }) => Response.KeyPair)).toHaveLength(1)
  await full()
  expect(await emulator.keys.level()).toBe(4)
})
