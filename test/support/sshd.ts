import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './emulator.ts'
import { run } from './tools.ts'

/** The sshd of the system, which is often not on the PATH. */
const sshd = '/usr/sbin/sshd'

/** What a test of `testWith` needs to log in. */
export const sshTools = ['ssh', 'ssh-keygen', sshd] as const

/** Starts an OpenSSH server that accepts these public keys. Returns a function that logs in with a private key. */
export async function openSshd(publicKeys: readonly string[]) {
  const folder = temporaryFolder()
  chmodSync(folder, 0o700)
  const { port, log } = await startSshd(folder, publicKeys)
  let logins = 0
  return (privateKey: string) => {
    const identity = join(folder, `id_${logins++}`)
    writeFileSync(identity, privateKey, { mode: 0o600 })
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
    const flags = options.flatMap((option) => ['-o', option])
    const account = `${userInfo().username}@127.0.0.1`
    const { status, output } = run('ssh', ['-F', 'none', ...flags, '-i', identity, '-p', `${port}`, account, 'echo in'])
    return { status, output, log: log() }
  }
}

async function startSshd(folder: string, publicKeys: readonly string[]): Promise<{ port: number; log(): string }> {
  const port = await freePort()
  const hostKey = join(folder, 'host_key')
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  writeFileSync(join(folder, 'authorized_keys'), publicKeys.map((key) => `${key}\n`).join(''), { mode: 0o600 })
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
