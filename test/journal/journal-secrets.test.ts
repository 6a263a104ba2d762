import { describe, expect, test } from 'vitest'
import { redactParameters } from '../../src/journal/redaction.ts'
import { call, createParams, get, post, target } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { multipart } from '../support/multipart.ts'

describe('the journal contains no secret', () => {
  const secrets = ['c2lnbmF0dXJl', 'a-token', 'a-key-to-sign-with', '-----BEGIN RSA PRIVATE KEY-----']
  const [Signature = '', Token = '', SecretKey = '', PublicKey = ''] = secrets
  const params = createParams({ Action: 'ImportKeyPair', Signature, Token, secretKey: SecretKey, PublicKey })

  test.each([
    ['GET', (url: string) => get({ url }, params)],
    ['POST', (url: string) => post({ url }, params)],
    [
      'JSON',
      (url: string) =>
        fetch(`${url}/v2/index.php`, { method: 'POST', body: JSON.stringify({ ...params, Signature: undefined }) }),
    ],
    ['multipart', (url: string) => fetch(`${url}/v2/index.php`, { method: 'POST', body: multipart(params) })],
  ])('after a %s', async (_way, send) => {
    const emulator = await start()
    await send(emulator.url)
    const created = await get(emulator, createParams())
    const text = JSON.stringify((await control(emulator.url, 'GET', '/journal')).body)
    expect(text).toContain('[redacted]')
    const lines = created.Response.KeyPair?.PrivateKey.split('\n').slice(1, -2) ?? []
    expect(lines.length).toBeGreaterThan(5)
    expect([...secrets, ...lines].filter((secret) => text.includes(secret))).toStrictEqual([])
  })
})

test('long values are truncated, and only the first parameters kept', async () => {
  const emulator = await start()
  const flood = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, 'x'.repeat(1000)]))
  await post(emulator, { ...createParams(), ...flood, __proto__x: 'y' })
  const [entry] = await emulator.journal.find()
  expect(Object.keys(entry?.parameters ?? {})).toHaveLength(100)
  expect(entry?.parameters.p0).toHaveLength(257)
})

test('secrets are redacted in every place, and long actions and regions truncated', async () => {
  const secretKey = 'a-secret-key-of-some-length'
  const emulator = await start({ auth: 'off', fixtures: { credentials: [{ secretId: 'AKIDa', secretKey }] } })
  const der = `MII${'A'.repeat(80)}`
  const body = {
    Action: 'x'.repeat(5000),
    Region: 'y'.repeat(5000),
    Credential: { SecretKey: 'nested-secret', Token: 'nested-token' },
    PublicKey: der,
  }
  await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', body: JSON.stringify(body) })
  await fetch(`${emulator.url}/v2/index.php`, {
    method: 'POST',
    body: '-----BEGIN RSA PRIVATE KEY-----%0Asecret-line=1',
  })
  await call(emulator, 'DescribeKeyPairs', { SecretId: secretKey })
  await call(emulator, 'DescribeKeyPairs', { [secretKey]: 'x', Note: `it is ${secretKey}`, Region: secretKey })
  await call(emulator, secretKey)
  const more = {
    'Token.0': 'listed-token',
    'X-TC-Token': 'header-token',
    SecurityToken: 'sts-token',
    PrivateKey: 'private-text',
  }
  await call(emulator, 'DescribeKeyPairs', more)
  const text = JSON.stringify(await emulator.journal.find())
  const secrets = ['nested-secret', 'nested-token', der, 'secret-line', secretKey, ...Object.values(more)]
  expect(secrets.filter((secret) => text.includes(secret))).toStrictEqual([])
  const [first] = await emulator.journal.find()
  expect([first?.action?.length, first?.region?.length]).toStrictEqual([257, 257])
})

test.each(['Action', 'Region', 'SecretId'])(
  'a secret as %s is redacted behind as many parameters as are recorded',
  async (name) => {
    const secretKey = 'a-secret-key-of-some-length'
    const log = createLog()
    const emulator = await start({ log: log.stream, fixtures: { credentials: [{ secretId: 'AKIDa', secretKey }] } })
    const flood = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, 'x']))
    const answer = await post(emulator, { ...flood, ...createParams(), [name]: secretKey })
    const recorded = JSON.stringify([answer, await emulator.journal.find()]) + log.text()
    expect(recorded).toContain(name === 'SecretId' ? 'SecretIdNotFound' : '[redacted]')
    expect(recorded).not.toContain(secretKey)
  },
)

test('a repeated parameter called __proto__ is recorded like any other', async () => {
  const emulator = await start()
  const response = await fetch(`${emulator.url}${target(createParams())}&__proto__=a&__proto__=b`)
  expect(await response.text()).toContain('PRIVATE KEY')
  expect(JSON.stringify(await emulator.journal.find())).toContain('"__proto__":"b"')
})

test('only as much is searched as may be recorded, however long and many the parameters are', () => {
  const searched: number[] = []
  const isSecret = (text: string) => searched.push(text.length) > 0
  const long = 'x'.repeat(1_000_000)
  const parameters = redactParameters(
    Array.from({ length: 10_000 }, (_, index) => [`p${index}`, long]),
    isSecret,
  )
  expect(Object.keys(parameters)).toStrictEqual(['[redacted]'])
  expect(Math.max(...searched)).toBeLessThan(250_000)
  expect(searched.length).toBeLessThanOrEqual(201)
})
