import { createPrivateKey } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createParams, get, post } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'

/** Every encoding in which parts of a private key could have been written. */
function traces(pem: string): Buffer[] {
  const key = createPrivateKey(pem)
  const { n = '', d = '', p = '', q = '' } = key.export({ format: 'jwk' })
  const numbers = [d, p, q].flatMap((number) => {
    const bytes = Buffer.from(number, 'base64url')
    const hex = bytes.toString('hex')
    const texts = [hex, hex.toUpperCase(), BigInt(`0x${hex}`).toString(), bytes.toString('base64'), number]
    return [bytes, ...texts.map((text) => Buffer.from(text))]
  })
  // The PEM begins with the modulus and the exponent, which are public; the secret numbers follow
  const der = key.export({ type: 'pkcs1', format: 'der' })
  const modulus = Buffer.from(n, 'base64url')
  const secret = der.indexOf(modulus) + modulus.length + 5
  const bytesPerLine = 48
  const lines = pem.trimEnd().split('\n').slice(1, -1)
  const secretLines = lines.slice(Math.ceil(secret / bytesPerLine), -1)
  return [...secretLines.map((line) => Buffer.from(line)), der.subarray(secret), ...numbers]
}

test('database, WAL and log contain no part of 100 private keys, but their public keys', async () => {
  const data = temporaryFolder()
  const log = createLog()
  const emulator = await start({ data, log: log.stream, logLevel: 'trace', keyPairLimit: 200 })
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      (index % 2 ? get : post)(
        emulator,
        createParams({ KeyName: `k${index}`, Signature: index % 2 ? '' : 'sig', Token: 'tok' }),
      ),
    ),
  )
  // Reads the files while the emulator runs, because the WAL then contains what the database does not
  const written = readdirSync(data).map((name) => readFileSync(join(data, name)))
  expect(existsSync(join(data, 'cvm-emulator.db-wal'))).toBe(true)
  const everything = Buffer.concat([...written, Buffer.from(log.text())])

  expect(answers).toHaveLength(100)
  for (const { Response } of answers) {
    const { PrivateKey = '', PublicKey = '', KeyName = '' } = Response.KeyPair ?? {}
    expect(everything.includes(PublicKey)).toBe(true)
    expect(log.text()).toContain(Response.RequestId)
    const found = traces(PrivateKey).filter((trace) => everything.includes(trace))
    expect(found, KeyName).toStrictEqual([])
  }
})
