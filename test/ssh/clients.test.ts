import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/emulator.ts'
import { addressOf, createKey, instance, latestLogin, logIn, outputOf, runIn, ssh, startBound } from '../support/ssh.ts'
import { runAsync, testWith } from '../support/tools.ts'

describe('OpenSSH', () => {
  testWith('ssh')('runs a command, gets its exit code and its errors, and a greeting in place of a shell', async () => {
    const { emulator, key } = await startBound()
    const login = (...args: string[]) => ssh(emulator, key.privateKey, args)
    expect(await login('echo', 'in')).toStrictEqual({ status: 0, output: 'in\n' })
    expect(await login('false')).toStrictEqual({ status: 1, output: '' })
    expect(await login('ls')).toStrictEqual({ status: 127, output: 'bash: ls: command not found\n' })
    const greeting = /^This is ins-1e4r6y8i of cvm-emulator\..*\r?\n$/
    expect(await login()).toStrictEqual({ status: 0, output: expect.stringMatching(greeting) })
    const { output } = await login('-tt', '-o', 'LogLevel=ERROR')
    expect(output).toMatch(greeting)
  })

  testWith('ssh')('may name a user before the instance', async () => {
    const { emulator, key } = await startBound()
    expect(await ssh(emulator, key.privateKey, ['whoami'], `ubuntu+${instance}`)).toMatchObject({ output: 'ubuntu\n' })
  })

  testWith('ssh')('learns which server it is, signs with SHA-2, and may sign with SHA-1 if it insists', async () => {
    const { emulator, key } = await startBound()
    const { output } = await ssh(emulator, key.privateKey, ['-v', 'true'])
    expect(output).toMatch(/remote software version cvm_emulator_\d/)
    expect(output).toMatch(/server-sig-algs=<.*\brsa-sha2-256\b/)
    for (const algorithm of ['rsa-sha2-256', 'ssh-rsa']) {
      const only = ['-o', `PubkeyAcceptedAlgorithms=${algorithm}`, 'true']
      expect(await ssh(emulator, key.privateKey, only)).toStrictEqual({ status: 0, output: '' })
    }
  })

  testWith('ssh')('may prefer a key exchange that the server does not have', async () => {
    const { emulator, key } = await startBound()
    const preferred = ['-o', 'KexAlgorithms=diffie-hellman-group-exchange-sha256,curve25519-sha256', 'true']
    expect(await ssh(emulator, key.privateKey, preferred)).toStrictEqual({ status: 0, output: '' })
  })

  testWith('ssh', 'ssh-keyscan')('finds the host key in the file that the control route gives', async () => {
    const { emulator, key } = await startBound()
    const { host, port } = addressOf(emulator)
    const line = await (await fetch(`${emulator.url}/_emulator/ssh/known_hosts`)).text()
    const scanned = await runAsync('ssh-keyscan', ['-p', `${port}`, host], '/')
    expect(scanned.output).toContain(`[${host}]:${port} ${line.split(' ').slice(1).join(' ')}`)
    const file = join(temporaryFolder(), 'known_hosts')
    writeFileSync(file, line)
    const strict = ['-o', `UserKnownHostsFile=${file}`, '-o', 'StrictHostKeyChecking=yes', 'true']
    // The first value of an option counts
    const { output } = await ssh(emulator, key.privateKey, ['-o', 'HostKeyAlias=localhost', ...strict])
    expect(output).toBe('')
    expect(await emulator.journal.count({ action: 'SshLogin' })).toBe(1)
  })

  testWith(
    'ssh',
    'ssh-agent',
    'ssh-add',
  )('tries the keys of an agent one after another; each is one attempt', async () => {
    const { emulator, key } = await startBound()
    const folder = temporaryFolder()
    const files = await Promise.all(
      ['a', 'b'].map(async (name) => ({ name, pem: (await createKey(emulator, name)).privateKey })),
    )
    for (const { name, pem } of [...files, { name: 'right', pem: key.privateKey }]) {
      writeFileSync(join(folder, name), pem, { mode: 0o600 })
    }
    const { host, port } = addressOf(emulator)
    const command = `ssh-add -q a b right && ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p ${port} ${instance}@${host} echo in`
    const { status, output } = await runAsync('ssh-agent', ['sh', '-c', command], folder)
    expect([status, output]).toStrictEqual([0, expect.stringMatching(/^in$/m)])
    const codes = (await emulator.journal.find({ action: 'SshLogin' })).map(({ code }) => code)
    expect(codes).toStrictEqual(['key-not-bound', 'key-not-bound', 'Success'])
  })

  testWith('ssh', 'scp')('is refused forwarding, an agent, X11 and subsystems', async () => {
    const { emulator, key } = await startBound()
    const refused = (...args: string[]) => ssh(emulator, key.privateKey, args)
    const remote = await refused('-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:9', 'true')
    expect(remote).toStrictEqual({ status: 255, output: expect.stringContaining('remote port forwarding failed') })
    const direct = await refused('-W', '127.0.0.1:9')
    expect(direct).toStrictEqual({ status: 255, output: expect.stringContaining('administratively prohibited') })
    const subsystem = await refused('-s', 'sftp')
    expect(subsystem).toStrictEqual({ status: 255, output: expect.stringContaining('subsystem request failed') })
    expect(await refused('-A', 'echo', 'in')).toMatchObject({ status: 0, output: expect.stringMatching(/^in$/m) })
  })
})

describe('ssh2 as client', () => {
  test('runs commands in several sessions of one connection, of which ten may be open at once', async () => {
    const { emulator, key } = await startBound()
    const client = await logIn(emulator, key.privateKey)
    expect(await runIn(client, 'hostname')).toStrictEqual({ stdout: `${instance}\n`, stderr: '', code: 0 })
    const all = await Promise.all(Array.from({ length: 10 }, (_, index) => runIn(client, `exit ${index}`)))
    expect(all.map(({ code }) => code)).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const shell = await new Promise<ReturnType<typeof outputOf>>((resolve, reject) => {
      client.shell((error, channel) => (error ? reject(error) : resolve(outputOf(channel))))
    })
    expect(await shell).toMatchObject({ stdout: expect.stringMatching(/^This is ins-1e4r6y8i/), code: 0 })
  })

  test('is refused a forwarded connection and SFTP', async () => {
    const { emulator, key } = await startBound()
    const client = await logIn(emulator, key.privateKey)
    const errorOf = (open: (done: (error?: Error) => void) => unknown) =>
      new Promise<Error | undefined>((done) => open(done))
    expect(await errorOf((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 9, done))).toMatchObject({
      reason: 1,
    })
    expect(await errorOf((done) => client.forwardIn('127.0.0.1', 0, done))).toBeInstanceOf(Error)
    expect(await errorOf((done) => client.sftp(done))).toBeInstanceOf(Error)
    expect(await errorOf((done) => client.exec('true', { x11: true }, done))).toBeInstanceOf(Error)
  })
})

testWith('/usr/bin/python3 -c "import paramiko"')(
  'paramiko of Debian logs in, and reads output and exit code',
  async () => {
    const { emulator, key } = await startBound()
    const { host, port } = addressOf(emulator)
    const file = join(temporaryFolder(), 'key.pem')
    writeFileSync(file, key.privateKey, { mode: 0o600 })
    const program = `
import paramiko
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
key = paramiko.RSAKey.from_private_key_file('${file}')
options = dict(port=${port}, pkey=key, allow_agent=False, look_for_keys=False)
client.connect('${host}', username='${instance}', **options)
_, out, err = client.exec_command('cat .ssh/authorized_keys /none')
print(out.read().decode(), err.read().decode(), out.channel.recv_exit_status(), sep='|')
client.close()
try:
    client.connect('${host}', username='ins-00000000', **options)
except paramiko.AuthenticationException as error:
    print('refused')
`
    const { output } = await runAsync('/usr/bin/python3', ['-W', 'ignore', '-c', program], '/')
    expect(output).toBe(`${key.publicKey}\n|cat: /none: No such file or directory\n|1\nrefused\n`)
    expect(await latestLogin(emulator)).toMatchObject({
      client: expect.stringContaining('paramiko'),
      code: 'instance-not-found',
    })
  },
)
