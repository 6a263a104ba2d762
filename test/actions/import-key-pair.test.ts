import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AnyAnswer, call } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { modulus, publicKey, rsaBlob } from '../support/keys.ts'
import { run, testWith } from '../support/tools.ts'

const importKey = (emulator: { url: string }, PublicKey: string, KeyName = 'imported') =>
  call(emulator, 'ImportKeyPair', { KeyName, ProjectId: '0', PublicKey })

const base64 = (blob: Buffer) => `ssh-rsa ${blob.toString('base64')}`
const good = publicKey('good')
const [, goodBase64 = ''] = good.split(' ')

/** A valid blob of another key type. */
const otherType = (type: string) => `${type} ${rsaBlob(modulus('x', 256), { type }).toString('base64')}`

const pem = generateKeyPairSync('rsa', { modulusLength: 1024 })

const bad: [what: string, text: string][] = [
  ['empty', ''],
  ['white space', ' \n '],
  ['the type alone', 'ssh-rsa'],
  ['the base64 alone', goodBase64],
  ['the placeholder of the documented example', 'ssh-rsa XXXXXXXXXXXX== skey_45071'],
  ['base64 with a foreign character', good.replace('AAAAB3', 'AAAA*B3')],
  ['base64 of the other alphabet', `ssh-rsa ${Buffer.from(goodBase64, 'base64').toString('base64url')}-_`],
  ['base64 with a character left over', `${good}A`],
  ['base64 with padding in the middle', good.replace('AAAAB3', 'AAAA==B3')],
  ['a truncated blob', base64(Buffer.from(goodBase64, 'base64').subarray(0, 100))],
  ['an empty blob', base64(Buffer.alloc(0))],
  ['ed25519', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7fSgH3XkHn1aB0rQZrcOPiFSQqnzWG9oQmXrYzYq3k'],
  ['ecdsa', otherType('ecdsa-sha2-nistp256')],
  ['DSA', otherType('ssh-dss')],
  ['rsa-sha2-256 as a type', good.replace('ssh-rsa', 'rsa-sha2-256')],
  ['a private key', pem.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string],
  ['512 bits', publicKey('short', 512)],
  ['1023 bits', publicKey('almost', 1023)],
  ['16385 bits', publicKey('long', 16_385)],
  ['a newline inside', good.replace(' ', '\n')],
  ['a newline before the comment', `${good}\ncomment`],
  ['two keys', `${good}\n${publicKey('second')}`],
  ['RFC 4716', `---- BEGIN SSH2 PUBLIC KEY ----\n${goodBase64}\n---- END SSH2 PUBLIC KEY ----`],
  ['PEM', pem.publicKey.export({ type: 'spki', format: 'pem' }) as string],
  ['a line of 64 KB', `${good} ${'x'.repeat(65_536)}`],
  ['trailing bytes', base64(rsaBlob(modulus('t', 2048), { rest: Buffer.from([0, 0, 0, 1, 7]) }))],
  ['a trailing byte', base64(rsaBlob(modulus('t', 2048), { rest: Buffer.from([7]) }))],
  ['another type inside the blob', base64(rsaBlob(modulus('t', 2048), { type: 'ssh-dss' }))],
  ['a NUL', `${good}\0`],
  ['a NUL in the comment', `${good} com\0ment`],
  ['a negative modulus', base64(rsaBlob(modulus('t', 2048).subarray(1)))],
  ['a modulus with needless zeros', base64(rsaBlob(Buffer.concat([Buffer.from([0]), modulus('t', 2048)])))],
  ['an even modulus', base64(rsaBlob(Buffer.concat([modulus('t', 2048).subarray(0, -1), Buffer.from([2])])))],
  ['an exponent of 1', base64(rsaBlob(modulus('t', 2048), { e: Buffer.from([1]) }))],
  ['an even exponent', base64(rsaBlob(modulus('t', 2048), { e: Buffer.from([2]) }))],
  ['options as in authorized_keys', `no-pty ${good}`],
]

describe('a value that is not an OpenSSH RSA key is InvalidPublicKey.Malformed, and not repeated', () => {
  test.each(bad)('%s', async (_what, text) => {
    const emulator = await start()
    const { Response } = await importKeyByPost(emulator, text)
    expect(Response).toStrictEqual({
      Error: { Code: 'InvalidPublicKey.Malformed', Message: expect.stringContaining('`PublicKey`') },
      RequestId: expect.any(String),
    })
    if (text.trim().length > 20) expect(Response.Error.Message).not.toContain(text.trim().slice(8, 20))
  })

  const importKeyByPost = async ({ url }: { url: string }, PublicKey: string): Promise<AnyAnswer> => {
    const params = { Action: 'ImportKeyPair', Version: '2017-03-12', KeyName: 'n', ProjectId: '0', PublicKey }
    return (await fetch(`${url}/v2/index.php`, { method: 'POST', body: new URLSearchParams(params) })).json()
  }
})

describe('a valid key is returned byte for byte, with a generated comment', () => {
  test.each([
    ['without a comment', good],
    ['with a comment', `${good} somebody@somewhere`],
    ['with a comment of several words', `${good} some words 中文`],
    ['with white space around it', `  ${good}\r\n`],
    ['with tabs between', good.replace(' ', '\t')],
    ['of 1024 bits', publicKey('k', 1024)],
    ['of 2049 bits', publicKey('k', 2049)],
    ['of 16384 bits', publicKey('k', 16_384)],
    ['with exponent 3', base64(rsaBlob(modulus('t', 2048), { e: Buffer.from([3]) }))],
  ])('%s', async (_what, text) => {
    const emulator = await start()
    const { Response } = await importKey(emulator, text)
    expect(Response).toStrictEqual({
      RequestId: expect.any(String),
      KeyId: expect.stringMatching(/^skey-[0-9a-z]{8}$/),
    })
    const described = await call(emulator, 'DescribeKeyPairs', { 'KeyIds.0': Response.KeyId })
    const [type, key] = text.trim().split(/\s+/)
    expect(described.Response.KeyPairSet[0].PublicKey).toBe(`${type} ${key} skey_112168`)
  })

  testWith('ssh-keygen')('from ssh-keygen', async () => {
    const file = join(mkdtempSync(join(temporaryFolder(), 'key-')), 'id')
    run('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'made by ssh-keygen', '-f', file])
    const emulator = await start()
    expect((await importKey(emulator, readFileSync(`${file}.pub`, 'utf8'))).Response.KeyId).toMatch(/^skey-/)
  })
})

test('an account has each key only once, whatever its comment and name, also created keys', async () => {
  const emulator = await start()
  const code = async (text: string, KeyName: string, SecretId = '') =>
    (await call(emulator, 'ImportKeyPair', { KeyName, ProjectId: '0', PublicKey: text, SecretId })).Response.Error?.Code
  const created = await call(emulator, 'CreateKeyPair', { KeyName: 'made', ProjectId: '0' })
  expect([
    await code(good, 'a'),
    await code(`${good} comment`, 'b'),
    await code(created.Response.KeyPair.PublicKey, 'c'),
    await code(good, 'a', 'AKIDother'),
  ]).toStrictEqual([undefined, 'InvalidPublicKey.Duplicate', 'InvalidPublicKey.Duplicate', undefined])
})

test('an imported and a created key pair share names and limit', async () => {
  const emulator = await start({ keyPairLimit: 2 })
  await call(emulator, 'CreateKeyPair', { KeyName: 'a', ProjectId: '0' })
  const codes = []
  for (const [name, label] of [
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ] as const) {
    codes.push((await importKey(emulator, publicKey(label), name)).Response.Error?.Code)
  }
  expect(codes).toStrictEqual(['InvalidKeyPairName.Duplicate', undefined, 'InvalidKeyPair.LimitExceeded'])
  expect(
    (await call(emulator, 'ImportKeyPair', { KeyName: 'd', ProjectId: '7', PublicKey: good })).Response.Error.Code,
  ).toBe('InvalidProjectId.NotFound')
})
