import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createCode, createParams, target } from '../support/api.ts'
import { start, startWithParts, temporaryFolder } from '../support/emulator.ts'
import { fastKeys } from '../support/fast-keys.ts'
import { launch } from '../support/process.ts'
import { sendRaw } from '../support/raw.ts'
import { runAsync, testWith } from '../support/tools.ts'

const root = new URL('../../', import.meta.url).pathname
const preload = new URL('../support/report-connections.mjs', import.meta.url).pathname

test('npm qcloudapi-sdk at its default host reaches the emulator through HTTPS_PROXY', async () => {
  const { url } = await start({ keyBits: 2048 })
  const program = `
    import QcloudApi from 'qcloudapi-sdk'
    const client = new QcloudApi({ SecretId: 'AKIDproxy', SecretKey: 'any', serviceType: 'cvm', Region: 'ap-guangzhou' })
    const params = { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName: 'web', ProjectId: 0 }
    client.request(params, (error, answer) => console.log(JSON.stringify(error ?? answer)))`
  const { output } = await runAsync(
    'env',
    [`HTTPS_PROXY=${url}`, process.execPath, '--input-type=module', '-e', program],
    root,
  )
  expect(output).toContain('"Response":{"KeyPair":{"KeyId":"skey-')
})

testWith('curl')('curl reaches the emulator under the service’s host names and trusts its CA', async () => {
  const { url } = await start()
  const file = join(temporaryFolder(), 'ca.pem')
  writeFileSync(file, await (await fetch(`${url}/_emulator/ca.pem`)).text())
  for (const host of [
    'cvm.api.qcloud.com',
    'cvm.ap-guangzhou.tencentcloudapi.com',
    'cvm.intl.tencentcloudapi.com',
    'cvm.internal.ap-beijing.tencentcloudapi.com.cn',
    'localhost:9443',
  ]) {
    const args = [
      '-sS',
      '--noproxy',
      '',
      '--proxy',
      url,
      '--cacert',
      file,
      `https://${host}${target(createParams({ KeyName: host.replace(/\W/g, '').slice(0, 20) }))}`,
    ]
    expect((await runAsync('curl', args, '/')).output).toContain('"KeyName"')
  }
})

describe('a tunnel', () => {
  const inside = `GET ${target(createParams())} HTTP/1.1\r\nHost: cvm.api.qcloud.com\r\nConnection: close\r\n\r\n`

  test('can be opened by HTTP/1.0 without a Host, and also takes requests without TLS', async () => {
    const { port } = await start()
    const { status, body } = await sendRaw(port, `CONNECT cvm.api.qcloud.com:443 HTTP/1.0\r\n\r\n${inside}`)
    expect(status).toBe(200)
    expect(body).toContain('"KeyName":"Tencent"')
  })

  test.each([
    'example.com:443',
    'evilapi.qcloud.com:443',
    'api.qcloud.com.evil.example:443',
    'a.b.api.qcloud.com:443',
    '169.254.169.254:80',
    '',
    'x',
  ])('to "%s" is refused with the names that are allowed', async (to) => {
    const { port } = await start()
    const { status, body } = await sendRaw(port, `CONNECT ${to || ':443'} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(status).toBe(403)
    expect(body).toContain('is a proxy only for localhost, 127.0.0.1, ::1, cvm.api.qcloud.com')
    expect(body).toContain('and the other hosts of the service. Add a name with --tls-names.')
  })

  test.each([
    ['opened and idle', 'CONNECT cvm.api.qcloud.com:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['with a broken handshake', 'CONNECT cvm.api.qcloud.com:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\x00\x05hello'],
    ['with garbage', 'CONNECT cvm.api.qcloud.com:443 HTTP/1.1\r\nHost: x\r\n\r\ngarbage\r\n\r\n'],
  ])('%s does not disturb others, and does not delay the end', async (_what, bytes) => {
    const emulator = launch(['--port', '0', '--key-bits', '1024'])
    const url = await emulator.ready
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('data', resolve))
    expect(await createCode({ url })).toBe('Success')
    emulator.child.kill('SIGTERM')
    expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
    socket.destroy()
  })
})

test.each([
  ['no port', 'CONNECT localhost HTTP/1.1\r\nHost: x\r\n\r\n', 200],
  ['an IPv6 address', 'CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n', 200],
  ['another IPv6 address', 'CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n', 403],
])('a CONNECT with %s is answered and closed when its client ends', async (_what, bytes, status) => {
  const { port } = await start()
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
  })
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
})

const timeouts = { headers: 300, request: 600, checkInterval: 50 }
const tunnel = 'CONNECT cvm.api.qcloud.com:443 HTTP/1.1\r\nHost: x\r\n\r\n'
const halfHello = `${tunnel}\x16\x03\x01\x02\x00\x01`

/** How many sockets this process has open. */
const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

describe('an abandoned tunnel leaves no socket open', () => {
  const ways: [how: string, bytes: string, leave: (socket: Socket) => void][] = [
    ['closed before its first byte', tunnel, (socket) => socket.destroy()],
    ['half-closed before its first byte', tunnel, (socket) => socket.end()],
    ['reset before its first byte', tunnel, (socket) => socket.resetAndDestroy()],
    ['closed in its handshake', halfHello, (socket) => socket.destroy()],
    ['reset in its handshake', halfHello, (socket) => socket.resetAndDestroy()],
    ['silent', tunnel, () => {}],
    ['silent in its handshake', halfHello, () => {}],
    [
      'refused, while more is sent',
      `CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n${'x'.repeat(200_000)}`,
      (socket) => socket.destroy(),
    ],
  ]

  test.each(ways)('%s', async (_how, bytes, leave) => {
    const emulator = await startWithParts({ timeouts, keys: fastKeys() })
    expect(await createCode(emulator)).toBe('Success')
    const before = openSockets()
    const clients = Array.from({ length: 20 }, () => {
      const socket = connect(emulator.port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
      socket.on('error', () => {})
      socket.once('data', () => leave(socket))
      return socket
    })
    await Promise.all(clients.map((socket) => new Promise((resolve) => socket.once('close', resolve).resume())))
    // Ends at the timeout of the test at the latest
    while (openSockets() > before) await new Promise(setImmediate)
    expect(await createCode(emulator, { KeyName: 'b' })).toBe('Success')
  })
})

describe('a CONNECT inside a tunnel', () => {
  test('is refused, however often it is sent, and holds nobody up', async () => {
    const { port } = await start()
    // It took 48 seconds when each of them opened another tunnel in the one before
    const { body, status } = await sendRaw(port, tunnel.repeat(80_000))
    expect([status, body.match(/^HTTP\/1\.1 .*/gm)]).toStrictEqual([200, ['HTTP/1.1 400 Bad Request']])
    expect(body).toContain('A CONNECT inside a tunnel is not supported.')
  })

  test('is refused inside TLS, too', async () => {
    const { port } = await start()
    const socket = connect(port, '127.0.0.1', () => socket.write(tunnel))
    await new Promise((resolve) => socket.once('data', resolve))
    const secure = connectTls({ socket, rejectUnauthorized: false }, () => secure.write(tunnel))
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      secure.on('data', (chunk) => {
        text += chunk
      })
      secure.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })
})

test('a tunnel in use may be silent for longer than it may take to begin', async () => {
  const { port } = await startWithParts({ timeouts, keys: fastKeys() })
  const late = `GET ${target(createParams({ EmulatorDelay: `${3 * timeouts.headers}` }))} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
  const { body } = await sendRaw(port, tunnel + late)
  expect(body).toContain('"KeyName":"Tencent"')
})

test('a CONNECT behind a request is answered after it', async () => {
  const { port } = await start()
  const { body } = await sendRaw(
    port,
    `GET ${target(createParams({ EmulatorDelay: '200' }))} HTTP/1.1\r\nHost: x\r\n\r\n${tunnel}GET ${target(createParams({ KeyName: 'b' }))} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  )
  expect(body).toMatch(/"KeyName":"Tencent".*200 Connection established.*"KeyName":"b"/s)
})

test('at SIGTERM requests in progress are answered over HTTP, HTTPS and a tunnel', async () => {
  const emulator = launch(['--port', '0', '--tls-port', '0', '--key-bits', '1024'])
  const url = await emulator.ready
  const tlsUrl = /https:\/\/127\.0\.0\.1:(\d+)/.exec(emulator.stderr())?.[1]
  const bytes = `GET ${target(createParams({ EmulatorDelay: '60000' }))} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
  const read = (socket: Duplex) =>
    new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
    })
  const plain = connect(Number(new URL(url).port), '127.0.0.1', () => plain.write(bytes))
  const tls = connectTls({ host: '127.0.0.1', port: Number(tlsUrl), rejectUnauthorized: false }, () => tls.write(bytes))
  const through = connect(Number(new URL(url).port), '127.0.0.1', () => through.write(tunnel + bytes))
  const answers = [plain, tls, through].map(read)
  await new Promise((resolve) => tls.once('secureConnect', resolve))
  await fetch(`${url}/_emulator/health`)
  await fetch(`${url}/_emulator/health`)
  emulator.child.kill('SIGTERM')
  for (const answer of await Promise.all(answers)) expect(answer).toContain('The emulator is shutting down.')
  expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
})

test('the emulator opens no outbound connection and looks up no name', async () => {
  const emulator = launch(['--port', '0', '--tls-port', '0', '--key-bits', '1024'], {
    wrap: ([node = '', ...args]) => [node, '--import', preload, ...args],
  })
  const url = await emulator.ready
  const port = Number(new URL(url).port)
  for (const bytes of [
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    'CONNECT 192.0.2.1:443 HTTP/1.0\r\n\r\n',
    `CONNECT cvm.api.qcloud.com:443 HTTP/1.1\r\nHost: x\r\n\r\nGET ${target(createParams())} HTTP/1.1\r\nHost: cvm.api.qcloud.com\r\nConnection: close\r\n\r\n`,
    'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n',
    `GET http://example.com${target(createParams({ KeyName: 'b' }))} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n`,
    'GET /v2/index.php HTTP/1.1\r\nHost: http://192.0.2.1:1/\r\nConnection: close\r\n\r\n',
  ]) {
    await sendRaw(port, bytes)
  }
  emulator.child.kill('SIGTERM')
  await emulator.ended
  const reports = emulator
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('outward'))
  // The process and each of its threads say so
  expect(new Set(reports)).toStrictEqual(new Set(['outward reports are on']))
})
