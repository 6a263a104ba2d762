import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import ssh2 from 'ssh2'
import { expect, onTestFinished, test } from 'vitest'
import type { Login } from '../../src/ssh/login.ts'
import { createSshServer } from '../../src/ssh/ssh-server.ts'
import { createSystem } from '../../src/system/system.ts'
import { loadHostKey } from '../../src/tls/host-key.ts'

/** On a busy machine a connection may take its time to end. */
const patient = { timeout: 20_000 }

/** Another seed generates other cases: FUZZ_SEED=$RANDOM npx vitest run test/hostile/ssh-fuzz.test.ts */
const seed = Number(process.env.FUZZ_SEED ?? 1)
const { private: privateKey } = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })

/** An SSH server that lets any key in. */
async function listen(more: Partial<Login> = {}) {
  const { privateKey: hostKey } = loadHostKey(undefined, createSystem())
  const machine = { hostName: 'ins-00000000', user: 'root', authorizedKeys: () => [] }
  const login = { delayMs: 0, drop: undefined, refusal: () => undefined, end: () => {}, machine, ...more }
  const server = createSshServer({ hostKey, software: 'fuzzed', begin: () => login, loginTimeoutMs: 60_000 })
  server.net.listen(0, '127.0.0.1')
  await once(server.net, 'listening')
  onTestFinished(() => server.close())
  const { port } = server.net.address() as { port: number }
  return { server, port }
}

/** Sends bytes, and waits until the server has closed the connection, or has read everything. */
async function send(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).resume()
  socket.end(bytes)
  await once(socket, 'close')
}

/** What the tests use of the client beside its public members. */
interface Internals {
  readonly _protocol: {
    readonly _cipher: { allocPacket(length: number): Buffer; encrypt(packet: Buffer): void }
    _onError(error: Error): void
  }
  readonly _sock: Socket
}

/** A client at a stage of the protocol, which can send any payload under the keys of the connection. */
function clientAt(
  stage: 'handshake' | 'ready',
  port: number,
  debug?: (line: string) => void,
): Promise<ssh2.Client & Internals> {
  const client = new ssh2.Client() as ssh2.Client & Internals
  client.on('error', () => {})
  // Many short messages
  client.on('connect', () => client.setNoDelay())
  return new Promise((resolve) => {
    client.once(stage as 'ready', () => resolve(client))
    const wait = { authHandler: () => {} } as object
    const more = { ...(stage === 'handshake' && wait), ...(debug && { debug }) }
    client.connect({ host: '127.0.0.1', port, username: 'u', privateKey, ...more })
  })
}

const closeOf = (client: ssh2.Client) => new Promise<void>((resolve) => client.on('close', () => resolve()))

function sendPayload({ _protocol: { _cipher: cipher } }: Internals, payload: Uint8Array): void {
  const packet = cipher.allocPacket(payload.length)
  packet.set(payload, 5)
  cipher.encrypt(packet)
}

test('no bytes end the server, with or without the line that SSH begins with', { timeout: 120_000 }, async () => {
  const { server, port } = await listen()
  const start = fc.constantFrom(
    '',
    'SSH-2.0-x\r\n',
    'SSH-1.5-x\n',
    'SSH-2.0-x',
    'GET / HTTP/1.1\r\n\r\n',
    '\r\n'.repeat(9),
  )
  const bytes = fc.tuple(start, fc.uint8Array({ maxLength: 3000 }), fc.boolean())
  await fc.assert(
    fc.asyncProperty(bytes, async ([line, rest, isPacket]) => {
      // A length of a packet and its padding that can be, so that the payload is read
      const head = Buffer.from([0, 0, ((rest.length + 1) >> 8) & 0xff, (rest.length + 1) & 0xff, 4])
      await send(port, Buffer.concat([Buffer.from(line), ...(isPacket ? [head] : []), rest]))
    }),
    { numRuns: 300, seed },
  )
  await expect.poll(() => server.connections, patient).toBe(0)
})

/** Payloads of messages: those that the server knows, with fields that are whole or not. */
const field = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .constantFrom(
      'ssh-userauth',
      'ssh-connection',
      'publickey',
      'password',
      'none',
      'session',
      'exec',
      'shell',
      'ssh-rsa',
    )
    .map((text) => Buffer.from(text)),
)
const asField = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
const payload = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(5, 50, 61, 80, 90, 93, 94, 96, 97, 98)),
    fc.array(fc.tuple(field, fc.boolean()), { maxLength: 7 }),
  )
  .map(([type, fields]) =>
    Buffer.concat([Buffer.from([type]), ...fields.map(([bytes, isField]) => (isField ? asField(bytes) : bytes))]),
  )

test.each(['handshake', 'ready'] as const)(
  'no encrypted message ends the server, at the stage %s',
  { timeout: 120_000 },
  async (stage) => {
    const { server, port } = await listen()
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { minLength: 1, maxLength: 12 }), async (payloads) => {
        const client = await clientAt(stage, port)
        const closed = closeOf(client)
        for (const one of payloads) if (!client._sock.destroyed) sendPayload(client, one)
        client.end()
        setImmediate(() => client._sock.destroy())
        await closed
      }),
      { numRuns: 150, seed },
    )
    await expect.poll(() => server.connections, patient).toBe(0)
    // It still lets a client in
    const client = await clientAt('ready', port)
    client.end()
  },
)

test('a command and a broken message in the same packet of TCP do no harm', async () => {
  const { server, port } = await listen()
  for (let round = 0; round < 20; round++) {
    const client = await clientAt('ready', port)
    client.exec('echo in', () => {})
    // An EXT_INFO without its length
    sendPayload(client, Buffer.from([7, 0, 0]))
    await closeOf(client)
  }
  await expect.poll(() => server.connections, patient).toBe(0)
})

test('a client that keeps its side open after an error is disconnected', async () => {
  const { server, port } = await listen()
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {}).resume()
  socket.write('SSH-1.5-old\r\n')
  await once(socket, 'end')
  await expect.poll(() => server.connections, patient).toBe(0)
})

const channelNumber = (number: number) => Buffer.from([0, 0, number >> 8, number & 0xff])
const window = Buffer.from([127, 255, 255, 255, 0, 0, 255, 255])
const openSession = (number: number) =>
  Buffer.concat([Buffer.from([90]), asField(Buffer.from('session')), channelNumber(number), window])
const closeSession = (number: number) => Buffer.concat([Buffer.from([97]), channelNumber(number)])

test('an error of the emulator in a delayed login ends the connection, and not the process', async () => {
  const refusal = () => {
    throw new Error('no store')
  }
  const { port, server } = await listen({ delayMs: 1, refusal })
  await new Promise<void>((resolve) => {
    const client = new ssh2.Client()
    client.on('error', () => {}).on('close', () => resolve())
    client.connect({ host: '127.0.0.1', port, username: 'u', privateKey })
  })
  await expect.poll(() => server.connections, patient).toBe(0)
})

test('a session that is closed without a command is closed by the server, too', async () => {
  const { port } = await listen()
  const closed: string[] = []
  const client = await clientAt('ready', port, (line) => {
    if (line.startsWith('Inbound: CHANNEL_CLOSE')) closed.push(line)
  })
  for (const number of [0, 1, 2]) {
    sendPayload(client, openSession(number))
    sendPayload(client, closeSession(number))
  }
  await expect.poll(() => closed, patient).toHaveLength(3)
})

test('a client that does not read is not read either', async () => {
  const { port, server } = await listen()
  const accepted = once(server.net, 'connection')
  const client = await clientAt('ready', port)
  const [socket] = (await accepted) as [Socket]
  client._sock.pause()
  // Others have their turn after each piece
  const isPaused = once(socket, 'data').then(() => socket.isPaused())
  const command = Buffer.from(`echo ${'x'.repeat(30_000)}`)
  const length = Buffer.from([0, 0, command.length >> 8, command.length & 0xff])
  const exec = Buffer.concat([asField(Buffer.from('exec')), Buffer.from([0]), length, command])
  for (let number = 0; number < 1000; number++) {
    sendPayload(client, openSession(number))
    sendPayload(client, Buffer.concat([Buffer.from([98]), channelNumber(number), exec]))
    sendPayload(client, closeSession(number))
  }
  expect(await isPaused).toBe(true)
  await expect.poll(() => socket.isPaused() && socket.writableNeedDrain, patient).toBe(true)
  // What the kernel keeps is much less than the 30 MB of all answers
  expect(socket.writableLength).toBeLessThan(1_000_000)
})

test('ten sessions may be open in a connection; an eleventh is refused', async () => {
  const { port } = await listen()
  const answers: string[] = []
  const client = await clientAt('ready', port, (line) => {
    const [, answer] = /^Inbound: CHANNEL_OPEN_(\w+)/.exec(line) ?? []
    if (answer) answers.push(answer)
  })
  for (let channel = 0; channel < 11; channel++) {
    sendPayload(client, openSession(channel))
  }
  await expect.poll(() => answers, patient).toStrictEqual([...Array(10).fill('CONFIRMATION'), 'FAILURE'])
})
