import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createCode, createParams, target } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { call, open, trusted } from '../support/https.ts'
import { run, runAsync, testWith } from '../support/tools.ts'

describe('a client that trusts the CA accepts the certificate for', () => {
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
    'cvm.api.tencentyun.com',
    'CVM.ap-shanghai-fsi.TencentCloudAPI.com',
    'tag.intl.tencentcloudapi.com',
    'cvm.intl.ap-jakarta.tencentcloudapi.com',
    'cvm.ap-beijing.internal.tencentcloudapi.com.cn',
    'cvm.internal.me-saudi-arabia.tencentcloudapi.cn',
    'hunyuan.ai.ap-tianjin.tencentcloudapi.cn',
    'cvm-emulator',
    'my.host.example',
  ])('%s', async (name) => {
    const emulator = await open({ tlsNames: ['cvm-emulator', 'my.host.example'] })
    const answer = await call(emulator, name, await trusted(emulator), '/_emulator/health')
    expect(answer.status).toBe('ok')
  })

  test('no other name', async () => {
    const emulator = await open()
    for (const name of ['cvm.mars-1.tencentcloudapi.com', 'a.cvm.ap-beijing.tencentcloudapi.com']) {
      await expect(call(emulator, name, await trusted(emulator), '/')).rejects.toThrow('not for')
    }
    await expect(call(emulator, 'evil.example', await trusted(emulator), '/')).rejects.toThrow('not for evil.example')
  })
})

test('certificates are valid at the real time, not at that of the emulator’s clock', async () => {
  const emulator = await open({ clock: '2017-03-12T00:00:00Z' })
  const { validFrom, validTo } = new X509Certificate(await trusted(emulator))
  expect(new Date(validFrom) < new Date() && new Date() < new Date(validTo)).toBe(true)
})

test('HTTP and HTTPS serve the same data', async () => {
  const emulator = await open()
  expect(emulator.tls?.url).toBe(`https://127.0.0.1:${emulator.tls?.port}`)
  const ca = await trusted(emulator)
  const create = async () =>
    (await call(emulator, 'localhost', ca, target(createParams()))).Response.Error?.Code ?? 'Success'
  expect([await createCode(emulator), await create()]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate'])
})

test('without tls-port there is no HTTPS port, but the CA can be downloaded', async () => {
  const emulator = await start()
  expect(emulator.tls).toBeUndefined()
  expect(new X509Certificate(await trusted(emulator)).ca).toBe(true)
})

testWith('openssl')('OpenSSL accepts the certificate in its strict mode', async () => {
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

testWith('openssl')('tls-cert replaces the certificate of the emulator', async () => {
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
  expect(await call(emulator, 'own.example', await trusted(emulator), '/_emulator/clock')).toStrictEqual({
    error: { code: 'Forbidden', message: expect.stringContaining('start with --allowed-hosts own.example.') },
  })
  await expect(start({ tlsCert })).rejects.toThrow('--tls-cert and --tls-key must be given together.')
  await expect(start({ tlsCert, tlsKey: tlsCert })).rejects.toThrow(
    'Give a certificate and its private key, both in PEM.',
  )
})

test('a TLS port in use rejects and leaves nothing open', async () => {
  const { port } = await start()
  await expect(open({ tlsPort: port })).rejects.toThrow(
    `127.0.0.1:${port} is in use, perhaps by another cvm-emulator. Stop it, or choose another --tls-port`,
  )
})

test('clients that do not trust the certificate, or do not use TLS, do not disturb others', async () => {
  const emulator = await open()
  await expect(call(emulator, 'localhost', '', '/')).rejects.toThrow()
  await expect(fetch(`http://127.0.0.1:${emulator.tls?.port}/`)).rejects.toThrow()
  const half = connect({ host: '127.0.0.1', port: emulator.tls?.port ?? 0, rejectUnauthorized: false })
  await new Promise((resolve) => half.once('secureConnect', resolve))
  half.destroy()
  expect(await createCode(emulator)).toBe('Success')
})
