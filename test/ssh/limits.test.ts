import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import ssh2 from 'ssh2'
import { expect, onTestFinished, test } from 'vitest'
import { defaultTimeouts } from '../../src/http/limits.ts'
import { call } from '../support/api.ts'
import { startWithParts } from '../support/emulator.ts'
import { launch } from '../support/process.ts'
import {
  addressOf,
  bind,
  createKey,
  instance,
  latestLogin,
  logIn,
  loginCode,
  runIn,
  startBound,
  startSsh,
} from '../support/ssh.ts'
import { runAsync } from '../support/tools.ts'

/** On a busy machine a connection may take its time to end. */
const patient = { timeout: 20_000 }

/** A connection that sends nothing of its own. */
async function open({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
  const socket = connect(port, host)
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

test('a client that does not log in is disconnected after the timeout, whatever it has sent', async () => {
  const timeouts = { ...defaultTimeouts, request: 60 }
  const { ssh } = await startWithParts({ timeouts }, ['--ssh-port', '0'])
  const silent = await open(addressOf({ ssh }))
  const slow = await open(addressOf({ ssh }))
  slow.write('SSH-2.0-slow\r\n')
  for (const socket of [silent, slow]) await once(socket.resume(), 'close')
})

test('a delay on purpose does not count for the timeout', async () => {
  const fixtures = { instances: [{ instanceId: instance, instanceState: 'RUNNING' as const }] }
  const timeouts = { ...defaultTimeouts, request: 2_000 }
  const emulator = await startWithParts({ timeouts, fixtures }, ['--ssh-port', '0'])
  const key = await createKey(emulator as never)
  await bind(emulator as never, key.id)
  emulator.faults.add({ action: 'SshLogin', delay: 2_500 })
  await logIn({ ssh: emulator.ssh }, key.privateKey)
})

test('after a delay the time to log in begins anew', async () => {
  const fixtures = { instances: [{ instanceId: instance, instanceState: 'RUNNING' as const }] }
  const timeouts = { ...defaultTimeouts, request: 2_000 }
  const emulator = await startWithParts({ timeouts, fixtures }, ['--ssh-port', '0'])
  emulator.faults.add({ action: 'SshLogin', delay: 10 })
  const { private: wrong } = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
  const methods: unknown[] = ['none', { type: 'publickey', username: instance, key: wrong }]
  // Offers a key, and then nothing
  const authHandler = (_left: unknown, _partial: unknown, next: (method: unknown) => void) => {
    const method = methods.shift()
    if (method !== undefined) next(method)
  }
  const login = logIn({ ssh: emulator.ssh }, wrong, { authHandler: authHandler as never })
  await expect(login).rejects.toThrow(/closed|ECONNRESET|lost/i)
  expect(emulator.journal.find()).toMatchObject([{ code: 'key-not-bound' }])
})

test('compression, with which a small packet can become a large one, is refused', async () => {
  const { emulator, key } = await startBound()
  const algorithms = { compress: ['zlib@openssh.com' as const] }
  await expect(logIn(emulator, key.privateKey, { algorithms })).rejects.toThrow('no matching C->S compression')
})

test('after six refused attempts the connection is closed', async () => {
  const { emulator, key } = await startBound()
  const { private: wrong } = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
  let attempts = 0
  const authHandler = (_left: unknown, _partial: unknown, next: (method: unknown) => void) => {
    attempts++
    next(
      attempts === 1 ? 'none' : { type: 'publickey', username: instance, key: attempts === 8 ? key.privateKey : wrong },
    )
  }
  await expect(logIn(emulator, wrong, { authHandler: authHandler as never })).rejects.toThrow(/closed|lost|end/i)
  const entries = await emulator.journal.find({ action: 'SshLogin' })
  expect(entries.map(({ code }) => code)).toStrictEqual([...Array(5).fill('key-not-bound'), 'too-many-attempts'])
  expect(entries.at(-1)).toMatchObject({
    message: `The key is not bound to \`${instance}\`. It was refused attempt 6, after which the connection is closed.`,
  })
})

test('a hundred connections may be open; the next one is closed, and they do not hold up the API', async () => {
  const { emulator, key } = await startBound()
  const sockets = await Promise.all(Array.from({ length: 100 }, () => open(addressOf(emulator))))
  const further = await open(addressOf(emulator))
  await once(further.resume(), 'close')
  expect((await call(emulator, 'DescribeKeyPairs')).Response.TotalCount).toBe(1)
  const [first] = sockets as [Socket]
  first.end('not SSH\r\n'.repeat(2000))
  await once(first.resume(), 'close')
  // The server notices at its own time
  await expect.poll(() => loginCode(emulator, key.privateKey).catch(() => 'none'), patient).toBe('Success')
})

test('a wrong signature is refused', async () => {
  const { emulator, key } = await startBound()
  const right = ssh2.utils.parseKey(key.privateKey)
  const wrong = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
  if (right instanceof Error || wrong instanceof Error) throw new Error('no key')
  // A key that says it is the right one, and signs with another
  const forged = Object.assign(Object.create(Object.getPrototypeOf(right)), right, { sign: wrong.sign.bind(wrong) })
  const authHandler = [{ type: 'publickey', username: instance, key: forged }]
  await expect(logIn(emulator, '', { authHandler: authHandler as never })).rejects.toThrow(
    'authentication methods failed',
  )
  expect(await latestLogin(emulator)).toMatchObject({ code: 'signature-not-valid', signature: 'refused' })
})

test('what a session is sent is not kept, and its output is bounded', async () => {
  const { emulator, key } = await startBound()
  const client = await logIn(emulator, key.privateKey)
  expect((await runIn(client, `echo ${'x'.repeat(30_000)}`)).stdout).toHaveLength(30_001)
})

test('SIGTERM ends connections and sessions at once, and the port is free', async () => {
  const args = ['--port', '0', '--ssh-port', '0', '--key-bits', '1024']
  const emulator = launch(args)
  const url = await emulator.ready
  const { ssh } = (await (await fetch(`${url}/_emulator/health`)).json()) as { ssh: { host: string; port: number } }
  const socket = await open(ssh)
  const closed = once(socket.resume(), 'close')
  emulator.child.kill('SIGTERM')
  await closed
  expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
  const again = launch([...args.slice(0, 3), `${ssh.port}`])
  await again.ready
})

test('close of the object ends sessions, too', async () => {
  const emulator = await startSsh()
  const key = await createKey(emulator)
  await bind(emulator, key.id)
  const client = await logIn(emulator, key.privateKey)
  const closed = once(client, 'close')
  await emulator.close()
  await closed
})

test('close of the object ends a login that a rule delays', async () => {
  const { emulator, key } = await startBound()
  await emulator.faults.add({ action: 'SshLogin', delay: 600_000 })
  const login = logIn(emulator, key.privateKey)
  const refused = expect(login).rejects.toThrow(/closed|ECONNRESET|lost/i)
  await expect.poll(async () => (await emulator.faults.list())[0]?.hits, patient).toBe(1)
  await Promise.all([emulator.close(), emulator.close()])
  await refused
})

test('an emulator that nobody closes does not keep its process alive, not even with a session that is open', async () => {
  const program = fileURLToPath(new URL('forgotten.mjs', import.meta.url))
  const { status, output } = await runAsync(process.execPath, [program], '/')
  expect([status, output]).toStrictEqual([0, 'logged in\n'])
})

test('the port of SSH must be another one than those of HTTP and HTTPS, and free', async () => {
  const { emulator } = await startBound()
  const { port } = addressOf(emulator)
  await expect(startSsh({ sshPort: port })).rejects.toThrow(
    `127.0.0.1:${port} is in use, perhaps by another cvm-emulator. Stop it, or choose another --ssh-port (0 = any free port).`,
  )
  await expect(startSsh({ port, sshPort: port })).rejects.toThrow(
    `--port and --ssh-port are both ${port}: choose another --ssh-port (0 = any free port).`,
  )
  await expect(startSsh({ tlsPort: port, sshPort: port })).rejects.toThrow('--tls-port and --ssh-port are both')
})
