import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/emulator.ts'
import { run, testWith } from '../support/tools.ts'
import { qcloudapi } from './qcloudapi.ts'

/** The sshd of the system, which is often not on the PATH. */
const sshd = '/usr/sbin/sshd'

testWith(
  'ssh',
  'ssh-keygen',
  sshd,
)('OpenSSH logs in with a key that a published client created, and another key is refused', async () => {
  const create = await qcloudapi('POST')
  const keyPair = async (name: string) => {
    const { Response } = await create(name)
    if (!Response.KeyPair) throw new Error(Response.Error?.Message)
    return Response.KeyPair
  }
  const [own, other] = [await keyPair('own'), await keyPair('other')]

  const folder = temporaryFolder()
  chmodSync(folder, 0o700)
  const server = await startSshd(folder, own.PublicKey)
  const login = (name: string, privateKey: string) => {
    const identity = join(folder, name)
    writeFileSync(identity, privateKey, { mode: 0o600 })
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
    const flags = options.flatMap((option) => ['-o', option])
    const account = `${userInfo().username}@127.0.0.1`
    return run('ssh', ['-F', 'none', ...flags, '-i', identity, '-p', `${server.port}`, account, 'echo in'])
  }

  const accepted = login('own', own.PrivateKey)
  expect(accepted.status, accepted.output + server.log()).toBe(0)
  expect(accepted.output).toContain('in\n')
  const refused = login('other', other.PrivateKey)
  expect(refused.status).toBe(255)
  expect(refused.output).toContain('Permission denied (publickey)')
})

/** Starts an OpenSSH server on a free loopback port that accepts one public key. */
async function startSshd(folder: string, publicKey: string): Promise<{ port: number; log(): string }> {
  const port = await freePort()
  const hostKey = join(folder, 'host_key')
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  writeFileSync(join(folder, 'authorized_keys'), `${publicKey}\n`, { mode: 0o600 })
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
    ].join('\n'),
  )
  // As root, sshd requires this folder for privilege separation
  if (userInfo().uid === 0) run('mkdir', ['-p', '/run/sshd'])
  const child = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => {
    child.kill()
  })
  const log = await listening(child)
  return { port, log }
}

function listening(child: ChildProcess): Promise<() => string> {
  let log = ''
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      log += chunk
      if (log.includes('Server listening')) resolve(() => log)
    })
    child.on('exit', () => reject(new Error(`sshd ended: ${log}`)))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
