import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createSystem } from '../../src/system/system.ts'
import { createAuthority } from '../../src/tls/certificates.ts'
import { createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { call, open, trusted } from '../support/https.ts'
import { launch } from '../support/process.ts'
import { sendRaw } from '../support/raw.ts'
import { run, testWith } from '../support/tools.ts'

describe('the CA', () => {
  test('without a data folder is new at each start', async () => {
    expect(await trusted(await open())).not.toBe(await trusted(await open()))
  })

  test('with a data folder is stored there, readable only for its owner', async () => {
    const data = temporaryFolder()
    const first = await open({ data })
    const ca = await trusted(first)
    await first.close()
    expect(readdirSync(data).toSorted()).toStrictEqual(['cvm-emulator-ca.pem', 'cvm-emulator.db'])
    expect(statSync(join(data, 'cvm-emulator-ca.pem')).mode & 0o777).toBe(0o600)
    expect(await trusted(await open({ data }))).toBe(ca)
  })

  test('in the file of tls-ca is shared, and created by the first emulator', async () => {
    const tlsCa = join(temporaryFolder(), 'shared.pem')
    const [one, two] = await Promise.all([open({ tlsCa }), open({ tlsCa })])
    const ca = await trusted(one)
    expect(await trusted(two)).toBe(ca)
    expect((await call(two, 'localhost', ca, '/_emulator/ready')).ready).toBe(true)
    expect(readFileSync(tlsCa, 'utf8')).toContain(ca)
  })

  test.each([
    ['no PEM text', () => 'hello', 'the file does not contain a certificate and a private key'],
    [
      'a certificate without a key',
      (ca: string) => ca.slice(0, ca.indexOf('-----BEGIN RSA')),
      'the file does not contain a certificate and a private key',
    ],
    [
      'a key of another certificate',
      (ca: string, other: string) =>
        ca.slice(0, ca.indexOf('-----BEGIN RSA')) + other.slice(other.indexOf('-----BEGIN RSA')),
      'the private key does not belong to the certificate',
    ],
  ])('in a file with %s is an error at the start', async (_what, make, message) => {
    const folder = temporaryFolder()
    const [a, b] = [join(folder, 'a.pem'), join(folder, 'b.pem')]
    await Promise.all([open({ tlsCa: a }), open({ tlsCa: b })])
    const wrong = join(folder, 'wrong.pem')
    writeFileSync(wrong, make(readFileSync(a, 'utf8'), readFileSync(b, 'utf8')))
    const emulator = launch(['--port', '0', '--tls-ca', wrong])
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toContain(`cvm-emulator: CA file ${wrong}: ${message}`)
  })
})

testWith('openssl')('a CA that is expired, has no RSA key or is not a CA is an error at the start', async () => {
  const folder = temporaryFolder()
  const make = (name: string, ...args: string[]) => {
    const [key, cert, file] = ['key', 'cert', 'both'].map((kind) => join(folder, `${name}.${kind}`)) as [
      string,
      string,
      string,
    ]
    run('openssl', ['req', '-x509', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=x', ...args])
    writeFileSync(file, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'))
    return file
  }
  const rsa = ['-newkey', 'rsa:2048']
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString()
  const old = await createAuthority(createSystem({ now: () => new Date('2001-01-01T00:00:00Z') }), pem)
  const oldFile = join(folder, 'old.both')
  writeFileSync(oldFile, old.cert + old.key)
  await expect(start({ tlsCa: oldFile })).rejects.toThrow('expired at')
  await expect(start({ tlsCa: make('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256') })).rejects.toThrow(
    'the private key is not an RSA key',
  )
  await expect(start({ tlsCa: make('leaf', ...rsa, '-addext', 'basicConstraints=critical,CA:FALSE') })).rejects.toThrow(
    'the certificate is not a CA certificate',
  )
})

test('an invalid CA file in the data folder fails single connections, and the process goes on', async () => {
  const data = temporaryFolder()
  writeFileSync(join(data, 'cvm-emulator-ca.pem'), 'hello')
  const emulator = launch(['--port', '0', '--key-bits', '1024', '--data', data])
  const url = await emulator.ready
  const { port } = new URL(url)
  await sendRaw(
    Number(port),
    Buffer.from('CONNECT localhost:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\x00\x05hello', 'latin1'),
  )
  expect((await fetch(`${url}/_emulator/ca.pem`)).status).toBe(500)
  expect(await createCode({ url })).toBe('Success')
  emulator.child.kill('SIGTERM')
  await emulator.ended
  expect(emulator.stderr()).toContain('the file does not contain a certificate and a private key')
})
