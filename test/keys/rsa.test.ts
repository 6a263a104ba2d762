import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generateRsaKeyPair } from '../../src/keys/rsa.js'
import { createParams, get } from '../support/api.js'
import { start, temporaryFolder } from '../support/emulator.js'
import { run, testWith } from '../support/tools.js'

async function create(keyBits: 1024 | 2048 | 3072 | 4096) {
  const emulator = await start({ keyBits })
  const { Response } = await get(emulator, createParams())
  if (!Response.KeyPair) throw new Error(Response.Error?.Message)
  return Response.KeyPair
}

describe.each([1024, 2048, 3072, 4096] as const)('a key of %i bits', (bits) => {
  testWith('openssl')('passes openssl rsa -check, at exactly this size', async () => {
    const { PrivateKey } = await create(bits)
    const { status, output } = run('openssl', ['rsa', '-check', '-noout', '-text'], PrivateKey)
    expect(status, output).toBe(0)
    expect(output).toContain('RSA key ok')
    expect(output).toContain(`Private-Key: (${bits} bit`)
    expect(output).toContain('publicExponent: 65537 (0x10001)')
  })

  testWith('ssh-keygen')('has the public half that ssh-keygen -y derives', async () => {
    const { PrivateKey, PublicKey } = await create(bits)
    const file = join(mkdtempSync(join(temporaryFolder(), 'key-')), 'id_rsa')
    writeFileSync(file, PrivateKey, { mode: 0o600 })
    const { status, output } = run('ssh-keygen', ['-y', '-f', file])
    expect(status, output).toBe(0)
    expect(output.trim().split(' ').slice(0, 2)).toStrictEqual(PublicKey.split(' ').slice(0, 2))
  })

  test('is what Node itself reads it as, byte for byte', async () => {
    const { PrivateKey } = await create(bits)
    const key = createPrivateKey(PrivateKey)
    expect(key.export({ type: 'pkcs1', format: 'pem' })).toBe(PrivateKey)
    expect(createPublicKey(key).asymmetricKeyDetails).toStrictEqual({ modulusLength: bits, publicExponent: 65537n })
  })
})

test('2048 bits are the default, and 50 keys have 50 moduli', async () => {
  const emulator = await start({ keyBits: 2048 })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => get(emulator, createParams({ KeyName: `k${index}` }))),
  )
  const moduli = answers.map(({ Response }) => {
    const { n } = createPublicKey(Response.KeyPair?.PrivateKey ?? '').export({ format: 'jwk' })
    return n ?? ''
  })
  expect(new Set(moduli).size).toBe(50)
  for (const modulus of moduli) expect(Buffer.from(modulus, 'base64url').length * 8).toBe(2048)
})

test('are made off the event loop: while they are, it goes on turning', async () => {
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

test('four are made ahead in idle time, and one whose create is refused goes back', async () => {
  const emulator = await start()
  const level = async () =>
    ((await (await fetch(`${emulator.url}/_emulator/health`)).json()) as { keysAhead: number }).keysAhead
  const full = async () => {
    while ((await level()) < 4) await new Promise(setImmediate)
  }
  await full()
  const answers = await Promise.all(['a', 'a'].map((KeyName) => get(emulator, createParams({ KeyName }))))
  expect(answers.filter(({ Response }) => Response.KeyPair)).toHaveLength(1)
  await full()
  expect(await level()).toBe(4)
})
