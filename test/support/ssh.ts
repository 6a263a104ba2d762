import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2, { type ClientChannel, type ConnectConfig } from 'ssh2'
import { onTestFinished } from 'vitest'
import type { Emulator, EmulatorOptions, JournalEntry } from '../../src/emulator.ts'
import { call, createParams, get, list } from './api.ts'
import { start, temporaryFolder } from './emulator.ts'
import { runAsync } from './tools.ts'

export const instance = 'ins-1e4r6y8i'

/** Starts an emulator with an SSH server and one running instance. */
export const startSsh = (options: EmulatorOptions = {}): Promise<Emulator> =>
  start({ sshPort: 0, fixtures: { instances: [{ instanceId: instance, instanceState: 'RUNNING' }] }, ...options })

/** Where the SSH server of an emulator is. */
export function addressOf({ ssh }: Pick<Emulator, 'ssh'>) {
  if (!ssh) throw new Error('no SSH server')
  return ssh
}

/** Creates a key pair through the API. */
export async function createKey(emulator: Emulator, KeyName = 'web', more: Record<string, string> = {}) {
  const { KeyPair } = (await get(emulator, createParams({ KeyName, ...more }))).Response
  if (!KeyPair) throw new Error('no key pair')
  return { id: KeyPair.KeyId, privateKey: KeyPair.PrivateKey, publicKey: KeyPair.PublicKey }
}

/** Binds a key pair to an instance, which may be running. */
export const bind = (emulator: Emulator, keyId: string, more: Record<string, string> = {}, id = instance) =>
  call(emulator, 'AssociateInstancesKeyPairs', {
    ...list('KeyIds', [keyId]),
    ...list('InstanceIds', [id]),
    ForceStop: 'TRUE',
    ...more,
  })

export const unbind = (emulator: Emulator, keyId: string) =>
  call(emulator, 'DisassociateInstancesKeyPairs', {
    ...list('KeyIds', [keyId]),
    ...list('InstanceIds', [instance]),
    ForceStop: 'TRUE',
  })

/** Starts an emulator, creates a key pair and binds it to the instance. */
export async function startBound(options: EmulatorOptions = {}) {
  const emulator = await startSsh(options)
  const key = await createKey(emulator)
  await bind(emulator, key.id)
  return { emulator, key }
}

/** What a command printed, and its exit code. */
export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | undefined
}

/** Logs in with `ssh2` as client. Rejects with the error of the client when that is refused. */
export function logIn(
  emulator: Pick<Emulator, 'ssh'>,
  privateKey: string,
  more: ConnectConfig = {},
): Promise<ssh2.Client> {
  const { host, port } = addressOf(emulator)
  const client = new ssh2.Client()
  onTestFinished(() => void client.destroy())
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client)).on('error', reject)
    client.on('close', () => reject(new Error('closed')))
    client.connect({ host, port, username: instance, privateKey, ...more })
  })
}

/** Runs a command with a client that has logged in. */
export const runIn = (client: ssh2.Client, command: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(outputOf(channel))))
  })

export function outputOf(channel: ClientChannel): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  channel.on('data', (chunk: Buffer) => (stdout += chunk)).stderr.on('data', (chunk: Buffer) => (stderr += chunk))
  return new Promise((resolve) => channel.on('close', (code?: number) => resolve({ stdout, stderr, code })))
}

/** Whether this key gets in: the code in the journal. */
export async function loginCode(emulator: Emulator, privateKey: string, more: ConnectConfig = {}): Promise<string> {
  await logIn(emulator, privateKey, more).then(
    (client) => client.end(),
    () => {},
  )
  return (await latestLogin(emulator)).code
}

export const logins = (emulator: Emulator): Promise<JournalEntry[]> => emulator.journal.find({ action: 'SshLogin' })

export async function latestLogin(emulator: Emulator): Promise<JournalEntry> {
  const entry = (await logins(emulator)).at(-1)
  if (!entry) throw new Error('no login in the journal')
  return entry
}

/** Runs OpenSSH's `ssh` with a key, which is written to a file. */
export async function ssh(
  emulator: Pick<Emulator, 'ssh'>,
  privateKey: string,
  args: readonly string[],
  user = instance,
) {
  const folder = temporaryFolder()
  const identity = join(folder, 'key.pem')
  writeFileSync(identity, privateKey, { mode: 0o600 })
  const { host, port } = addressOf(emulator)
  const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
  const flags = ['-F', 'none', ...options.flatMap((option) => ['-o', option]), '-i', identity, '-p', `${port}`]
  const { status, output } = await runAsync('ssh', [...flags, `${user}@${host}`, ...args], folder)
  return { status, output: output.replaceAll(/^(Warning: Permanently added|Pseudo-terminal will not) .*\r?\n/gm, '') }
}
