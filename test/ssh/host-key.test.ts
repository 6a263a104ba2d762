import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { createSystem } from '../../src/system/system.ts'
import { loadHostKey } from '../../src/tls/host-key.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { addressOf, startSsh } from '../support/ssh.ts'
import { run, testWith } from '../support/tools.ts'

const knownHosts = async ({ url }: Emulator) => {
  const response = await fetch(`${url}/_emulator/ssh/known_hosts`)
  return { type: response.headers.get('content-type'), status: response.status, text: await response.text() }
}
const keyOf = async (emulator: Emulator) => (await knownHosts(emulator)).text.split(' ').slice(1).join(' ')

describe('the host key', () => {
  test('is another one at each start', async () => {
    expect(await keyOf(await startSsh())).not.toBe(await keyOf(await startSsh()))
  })

  test('with a data folder is stored there, readable only for its owner', async () => {
    const data = temporaryFolder()
    const first = await startSsh({ data })
    const key = await keyOf(first)
    await first.close()
    expect(readdirSync(data).toSorted()).toStrictEqual(['cvm-emulator-ssh-host-key', 'cvm-emulator.db'])
    expect(statSync(join(data, 'cvm-emulator-ssh-host-key')).mode & 0o777).toBe(0o600)
    expect(await keyOf(await startSsh({ data }))).toBe(key)
  })

  test('with a seed follows from it', async () => {
    const options = { keySource: 'seeded' as const, seed: 'golden' }
    const expected = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'
    const key = await keyOf(await startSsh(options))
    expect(key).toBe(await keyOf(await startSsh(options)))
    expect(key.startsWith(expected)).toBe(true)
  })

  const own = () => ssh2.utils.generateKeyPairSync('ed25519').private
  test.each([
    ['no key', 'hello'],
    ['an RSA key', ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private],
    [
      'a passphrase',
      ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-ctr', rounds: 1 }).private,
    ],
    ['a key that is cut off', own().slice(0, 250)],
    ['the public key of another', own().slice(0, 150) + own().slice(150)],
  ])('in a file with %s is an error at the start, after which the folder is free', async (_what, text) => {
    const data = temporaryFolder()
    const file = join(data, 'cvm-emulator-ssh-host-key')
    writeFileSync(file, text)
    await expect(startSsh({ data })).rejects.toThrow(
      `SSH host key ${file}: the file does not contain such a key. The file must have an Ed25519 key as ssh-keygen writes it, without a passphrase. A missing file is created.`,
    )
    rmSync(file)
    await startSsh({ data })
  })

  testWith('ssh-keygen')('is in the format of OpenSSH', () => {
    const data = temporaryFolder()
    const { publicKey } = loadHostKey(data, createSystem())
    const file = join(data, 'cvm-emulator-ssh-host-key')
    expect(run('ssh-keygen', ['-y', '-f', file]).output.trim()).toBe(publicKey)
    expect(ssh2.utils.parseKey(readFileSync(file))).toMatchObject({ type: 'ssh-ed25519' })
  })

  testWith('ssh-keygen')('may be one that ssh-keygen made', async () => {
    const data = temporaryFolder()
    const file = join(data, 'cvm-emulator-ssh-host-key')
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'mine', '-f', file])
    const [type, blob] = readFileSync(`${file}.pub`, 'utf8').split(' ')
    expect(await keyOf(await startSsh({ data }))).toBe(`${type} ${blob}\n`)
  })
})

describe('GET /_emulator/ssh/known_hosts', () => {
  test('names the address, localhost and the host of the request', async () => {
    const emulator = await startSsh()
    const { port } = addressOf(emulator)
    const local = await knownHosts(emulator)
    expect(local).toStrictEqual({
      type: 'text/plain',
      status: 200,
      text: expect.stringMatching(/^\S+ ssh-ed25519 \S+\n$/),
    })
    expect(local.text.split(' ')[0]).toBe(`[127.0.0.1]:${port},[localhost]:${port}`)
  })

  test.each([
    ['cvm:8213', '[cvm]'],
    ['[::1]:8213', '[::1]'],
    ['a,b', ''],
  ])('for a request to %s adds %j', async (host, added) => {
    const emulator = await startSsh()
    const { body } = await sendRaw(emulator.port, request('GET', '/_emulator/ssh/known_hosts', { Host: host }))
    const { port } = addressOf(emulator)
    const names = `[127.0.0.1]:${port},[localhost]:${port}${added && `,${added}:${port}`}`
    expect(`${body}`.split(' ')[0]).toBe(names)
  })

  test('without an SSH server says how to have one', async () => {
    const emulator = await start()
    expect(emulator.ssh).toBeUndefined()
    const { status, text } = await knownHosts(emulator)
    const message = 'There is no SSH server. Start the emulator with --ssh-port N (0 = any free port).'
    expect([status, JSON.parse(text)]).toStrictEqual([404, { error: { code: 'NotFound', message } }])
  })
})
