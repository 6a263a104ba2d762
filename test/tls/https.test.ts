import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, test } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator.js'
import { createSystem } from '../../src/system.js'
import { createAuthority } from '../../src/tls/certificates.js'
import { type AnyAnswer, createCode, createParams, target } from '../support/api.js'
import { start, temporaryFolder } from '../support/emulator.js'
import { launch } from '../support/process.js'
import { sendRaw } from '../support/raw.js'
import { run, runAsync, testWith } from '../support/tools.js'

const open = (options: EmulatorOptions = {}) => start({ tlsPort: 0, ...options })
const trusted = async ({ url }: { url: string }) => (await fetch(`${url}/_emulator/ca.pem`)).text()

/** Calls over HTTPS under this name, trusting only this authority. */
function call({ tls }: Emulator, name: string, ca: string, path: string): Promise<AnyAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: tls?.port,
      servername: /^[\d.:]+$/.test(name) ? '' : name,
      headers: { host: name },
      ca,
      path,
      agent: false as const,
    }
    const sent = request(
      {
        ...options,
        checkServerIdentity: (_host, cert) => (isFor(cert.raw, name) ? undefined : new Error(`not for ${name}`)),
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(JSON.parse(text)))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

function isFor(certificate: Buffer, name: string): boolean {
  const { checkHost, checkIP } = X509Certificate.prototype
  return (isIP(name) ? checkIP : checkHost).call(new X509Certificate(certificate), name) !== undefined
}

describe('HTTPS is trusted by the CA under', () => {
  test.each([
    'localhost',
    '127.0.0.1',
    '::1',
    'cvm.api.qcloud.com',
    'account.api.qcloud.com',
    'tag.api.qcloud.com',
    'cvm.tencentcloudapi.com',
    'cvm.ap-guangzhou.tencentcloudapi.com',
    'tag.tencentcloudapi.com',
    'cvm-emulator',
    'my.host.example',
  ])('%s', async (name) => {
    const emulator = await open({ tlsNames: ['cvm-emulator', 'my.host.example'] })
    const answer = await call(emulator, name, await trusted(emulator), '/_emulator/health')
    expect(answer.status).toBe('ok')
  })

  test('no other name', async () => {
    const emulator = await open()
    await expect(call(emulator, 'evil.example', await trusted(emulator), '/')).rejects.toThrow('not for evil.example')
  })
})

test('certificates are of the real time, whatever the emulator’s clock says', async () => {
  const emulator = await open({ clock: '2017-03-12T00:00:00Z' })
  const { validFrom, validTo } = new X509Certificate(await trusted(emulator))
  expect(new Date(validFrom) < new Date() && new Date() < new Date(validTo)).toBe(true)
})

test('HTTP and HTTPS answer side by side, on one set of data', async () => {
  const emulator = await open()
  expect(emulator.tls?.url).toBe(`https://127.0.0.1:${emulator.tls?.port}`)
  const ca = await trusted(emulator)
  const create = async () =>
    (await call(emulator, 'localhost', ca, target(createParams()))).Response.Error?.Code ?? 'Success'
  expect([await createCode(emulator), await create()]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate'])
})

test('without tls-port there is no HTTPS, and the CA is there all the same', async () => {
  const emulator = await start()
  expect(emulator.tls).toBeUndefined()
  expect(new X509Certificate(await trusted(emulator)).ca).toBe(true)
})

testWith('openssl')('OpenSSL verifies the chain in its strict mode', async () => {
  const emulator = await open()
  const file = join(temporaryFolder(), 'ca.pem')
  writeFileSync(file, await trusted(emulator))
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${emulator.tls?.port}`,
    '-CAfile',
    file,
    '-verify_hostname',
    'cvm.api.qcloud.com',
    '-x509_strict',
    '-verify_return_error',
    '-brief',
  ]
  const { output, status } = await runAsync('openssl', args, '/')
  expect(output).toContain('Verification: OK')
  expect(status).toBe(0)
})

describe('the CA', () => {
  test('without a data folder is another at each start', async () => {
    expect(await trusted(await open())).not.toBe(await trusted(await open()))
  })

  test('with a data folder is kept there, readable for its owner alone', async () => {
    const data = temporaryFolder()
    const first = await open({ data })
    const ca = await trusted(first)
    await first.close()
    expect(readdirSync(data).toSorted()).toStrictEqual(['cvm-emulator-ca.pem', 'cvm-emulator.db'])
    expect(statSync(join(data, 'cvm-emulator-ca.pem')).mode & 0o777).toBe(0o600)
    expect(await trusted(await open({ data }))).toBe(ca)
  })

  test('of tls-ca is shared, made by the first', async () => {
    const tlsCa = join(temporaryFolder(), 'shared.pem')
    const [one, two] = await Promise.all([open({ tlsCa }), open({ tlsCa })])
    const ca = await trusted(one)
    expect(await trusted(two)).toBe(ca)
    expect((await call(two, 'localhost', ca, '/_emulator/ready')).ready).toBe(true)
    expect(readFileSync(tlsCa, 'utf8')).toContain(ca)
  })

  test.each([
    ['no PEM', () => 'hello', 'holds no certificate with its private key'],
    [
      'a certificate alone',
      (ca: string) => ca.slice(0, ca.indexOf('-----BEGIN RSA')),
      'holds no certificate with its private key',
    ],
    [
      'a key of another',
      (ca: string, other: string) =>
        ca.slice(0, ca.indexOf('-----BEGIN RSA')) + other.slice(other.indexOf('-----BEGIN RSA')),
      'holds a key that is not that of the certificate',
    ],
  ])('of a file with %s ends the start', async (_what, make, message) => {
    const folder = temporaryFolder()
    const [a, b] = [join(folder, 'a.pem'), join(folder, 'b.pem')]
    await Promise.all([open({ tlsCa: a }), open({ tlsCa: b })])
    const wrong = join(folder, 'wrong.pem')
    writeFileSync(wrong, make(readFileSync(a, 'utf8'), readFileSync(b, 'utf8')))
    const emulator = launch(['--port', '0', '--tls-ca', wrong])
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toContain(`cvm-emulator: ${wrong}: ${message}`)
  })
})

testWith('openssl')('of a file that expired, is of another kind of key or of no authority ends the start', async () => {
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
  const old = await createAuthority(createSystem({ now: () => new Date('2001-01-01T00:00:00Z') }))
  const oldFile = join(folder, 'old.both')
  writeFileSync(oldFile, old.cert + old.key)
  await expect(start({ tlsCa: oldFile })).rejects.toThrow('expired at')
  await expect(start({ tlsCa: make('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256') })).rejects.toThrow(
    'holds a key that is not RSA',
  )
  await expect(start({ tlsCa: make('leaf', ...rsa, '-addext', 'basicConstraints=critical,CA:FALSE') })).rejects.toThrow(
    'no authority',
  )
})

test('in a data folder that became wrong is an error of one connection, and the process lives', async () => {
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
  expect(emulator.stderr()).toContain('holds no certificate with its private key')
  expect(await createCode({ url })).toBe('Success')
})

testWith('openssl')('a certificate of one’s own is served in place of ours', async () => {
  const folder = temporaryFolder()
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    tlsKey,
    '-out',
    tlsCert,
    '-days',
    '2',
    '-subj',
    '/CN=own',
    '-addext',
    'subjectAltName=DNS:own.example',
  ])
  const emulator = await open({ tlsCert, tlsKey })
  expect(await trusted(emulator)).toBe(readFileSync(tlsCert, 'utf8'))
  expect(await call(emulator, 'own.example', await trusted(emulator), '/_emulator/ready')).toStrictEqual({
    error: { code: 'Forbidden', message: expect.stringContaining('--tls-names') },
  })
  await expect(start({ tlsCert })).rejects.toThrow('--tls-cert and --tls-key belong together')
  await expect(start({ tlsCert, tlsKey: tlsCert })).rejects.toThrow('cannot be used')
})

test('a TLS port in use ends the start and leaves nothing open', async () => {
  const { port } = await start()
  await expect(open({ tlsPort: port })).rejects.toThrow(
    `127.0.0.1:${port} is in use, perhaps by another cvm-emulator. Stop that, give another --tls-port`,
  )
})

test('a client that does not trust us, or speaks no TLS, does no harm', async () => {
  const emulator = await open()
  await expect(call(emulator, 'localhost', '', '/')).rejects.toThrow()
  await expect(fetch(`http://127.0.0.1:${emulator.tls?.port}/`)).rejects.toThrow()
  const half = connect({ host: '127.0.0.1', port: emulator.tls?.port ?? 0, rejectUnauthorized: false })
  await new Promise((resolve) => half.once('secureConnect', resolve))
  half.destroy()
  expect(await createCode(emulator)).toBe('Success')
})
