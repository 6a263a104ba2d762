import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { proxyVariables } from '../../src/cli/proxy-variables.ts'
import { trustedCertificates } from '../../src/cli/trust.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'
import { testWith } from '../support/tools.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What a command prints that has the emulator as its proxy. */
async function outputOf(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const args = ['exec', '--with-proxy', '--key-bits', '1024', '--pool-size', '0', '--', ...command]
  const emulator = launch(args, { env })
  expect([await emulator.ended, emulator.stderr()]).toStrictEqual([{ code: 0, signal: null }, ''])
  return emulator.stdout()
}

const node = (program: string, env?: Record<string, string>) =>
  outputOf([process.execPath, '--input-type=module', '-e', program], env)

const query = 'Action=DescribeKeyPairs&Version=2017-03-12'
const urls = [
  'cvm.api.qcloud.com/v2/index.php',
  'cvm.tencentcloudapi.com/',
  'cvm.ap-guangzhou.tencentcloudapi.com/',
].map((address) => `https://${address}?${query}`)
const list = JSON.stringify(urls)

describe('the hosts of the service are the emulator, whose certificate is trusted,', () => {
  const answered = (output: string) => expect(output.match(/"TotalCount":0/g)).toHaveLength(urls.length)

  testWith('curl')('for curl', async () => answered(await outputOf(['curl', '-sS', '--fail', ...urls])))

  testWith('python3')('for Python', async () => {
    const program = `import urllib.request\nfor url in ${list}: print(urllib.request.urlopen(url).read().decode())`
    answered(await outputOf(['python3', '-c', program]))
  })

  test('for Node', async () => {
    answered(await node(`for (const url of ${list}) console.log(await (await fetch(url)).text())`))
  })
})

test('a client with a fixed host, and the SDK at its default endpoint, need no setting', async () => {
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire('${root}')
    const { cvm } = require('tencentcloud-sdk-nodejs-cvm')
    const QcloudApi = require('qcloudapi-sdk')
    const credential = { secretId: 'AKIDone', secretKey: 'any' }
    const client = new cvm.v20170312.Client({ credential, region: 'ap-guangzhou' })
    console.log((await client.CreateKeyPair({ KeyName: 'web', ProjectId: 0 })).KeyPair.KeyName)
    const old = new QcloudApi({ SecretId: 'AKIDone', SecretKey: 'any', serviceType: 'cvm', Region: 'ap-guangzhou' })
    old.request({ Action: 'DescribeKeyPairs', Version: '2017-03-12' }, (error, { Response }) =>
      console.log(error, Response.KeyPairSet[0].KeyName))`
  expect(await node(program)).toBe('web\nnull web\n')
})

test('other local servers and the emulator itself are reached without the proxy', async () => {
  const program = `
    import { createServer } from 'node:http'
    const server = createServer((_, response) => response.end('own server')).listen(0, 'localhost')
    await new Promise((resolve) => server.on('listening', resolve))
    console.log(await (await fetch('http://localhost:' + server.address().port)).text())
    console.log(await (await fetch(process.env.CVM_EMULATOR_URL + '/_emulator/ready')).text())
    process.exit()`
  expect(await node(program, { NO_PROXY: '*' })).toBe('own server\n{"ready":true}\n')
})

test('the certificates are in a file that is gone afterwards, also after a control token was needed', async () => {
  const program = `
    import { readFileSync } from 'node:fs'
    const { SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE } = process.env
    const files = new Set([SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE])
    console.log(...files, readFileSync(SSL_CERT_FILE, 'utf8').match(/BEGIN/g).length)`
  const bundle = join(temporaryFolder(), 'bundle.pem')
  writeFileSync(bundle, rootCertificates[0] ?? '')
  const env = { CVM_EMULATOR_CONTROL_TOKEN: 'secret', SSL_CERT_FILE: bundle, CURL_CA_BUNDLE: '' }
  const output = await node(program, { ...env, NODE_EXTRA_CA_CERTS: '', REQUESTS_CA_BUNDLE: '' })
  const [, file = '', count] = /^(\S+) (\d+)\n$/.exec(output) ?? []
  expect([count, existsSync(file)]).toStrictEqual(['2', false])
})

/** A file with certificates of these texts, among other lines. */
function certificateFile(...texts: readonly string[]): string {
  const file = join(temporaryFolder(), 'bundle.pem')
  writeFileSync(file, texts.map((text) => `# ${text}\n${certificate(text)}\n`).join('\n'))
  return file
}

const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`

describe('trusted is', () => {
  test.each([
    ['the first bundle of the system', {}, ['system']],
    [
      'the bundle that SSL_CERT_FILE names in its place, each certificate once',
      { SSL_CERT_FILE: ['own', 'own'] },
      ['own'],
    ],
    ['the bundle of the system when SSL_CERT_FILE names none', { SSL_CERT_FILE: [] }, ['system']],
    [
      'what the other variables name, too',
      { NODE_EXTRA_CA_CERTS: ['a'], REQUESTS_CA_BUNDLE: ['b', 'a'], CURL_CA_BUNDLE: ['c'] },
      ['system', 'a', 'b', 'c'],
    ],
  ])('%s', (_title, named, expected) => {
    const env = Object.fromEntries(Object.entries(named).map(([name, texts]) => [name, certificateFile(...texts)]))
    const bundles = ['/no/such/file', certificateFile('system'), certificateFile('not read')]
    expect(trustedCertificates(env, bundles)).toStrictEqual(expected.map(certificate))
  })

  test('what Node carries when the system has no bundle', () => {
    const env = { SSL_CERT_FILE: '/no/such/file' }
    expect(trustedCertificates(env, ['/no/such/file'])).toStrictEqual([...rootCertificates])
  })
})

test.each([
  ['', 'localhost,127.0.0.1,::1'],
  ['registry.internal, 10.0.0.0/8', 'registry.internal,10.0.0.0/8,localhost,127.0.0.1,::1'],
  // These would let requests pass to the real service
  ['*,com,.qcloud.com,*.tencentcloudapi.com,CVM.api.qcloud.com:443', 'localhost,127.0.0.1,::1'],
  ['127.0.0.1,notqcloud.com', '127.0.0.1,notqcloud.com,localhost,::1'],
])('NO_PROXY=%s becomes %s', (given, expected) => {
  const { NO_PROXY, no_proxy } = proxyVariables('http://127.0.0.1:8213', { no_proxy: given })
  expect([NO_PROXY, no_proxy]).toStrictEqual([expected, expected])
})

test('the address of the emulator is not reached through itself', () => {
  expect(proxyVariables('http://[fd00::1]:8213', {}).NO_PROXY).toBe('localhost,127.0.0.1,::1,fd00::1')
})
