import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkHealth } from '../../src/cli/health.ts'
import { readCommand } from '../../src/config/command-line.ts'
import { start } from '../support/emulator.ts'
import { launch } from '../support/process.ts'

/** The URL of another server. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a ready emulator is exit code 0, by URL or by the environment, also with a control token', async () => {
  const { url, port } = await start({ controlToken: 'secret' })
  const asked = [
    launch(['health', url]),
    launch(['health', `${url}/any/path`], { env: { CVM_EMULATOR_URL: 'http://127.0.0.1:1' } }),
    launch(['health'], { env: { CVM_EMULATOR_URL: url, PORT: '1' } }),
    launch(['health'], { env: { CVM_EMULATOR_PORT: `${port}`, CVM_EMULATOR_HOST: '0.0.0.0' } }),
  ]
  for (const health of asked) {
    expect(await health.ended).toStrictEqual({ code: 0, signal: null })
    expect([health.stdout(), health.stderr()]).toStrictEqual([`${url} is ready\n`, ''])
  }
})

test('an emulator that is not there is exit code 1, and one line says so', async () => {
  const emulator = await start()
  await emulator.close()
  const health = launch(['health', emulator.url])
  expect(await health.ended).toStrictEqual({ code: 1, signal: null })
  expect(health.stderr()).toBe(`cvm-emulator: ${emulator.url} is not ready: nothing listens there (ECONNREFUSED)\n`)
  expect(health.stdout()).toBe('')
})

test('an emulator on all addresses is found, with and without IPv6', async () => {
  const { port } = await start({ host: '::' })
  const health = launch(['health'], { env: { CVM_EMULATOR_HOST: '::', CVM_EMULATOR_PORT: `${port}` } })
  expect([await health.ended, health.stderr()]).toStrictEqual([{ code: 0, signal: null }, ''])
})

test.each([
  ['ftp://127.0.0.1', 'health: "ftp://127.0.0.1" is not a URL such as http://127.0.0.1:8213.'],
  ['localhost:8213', 'health: "localhost:8213" is not a URL such as'],
])('the wrong URL %s is exit code 2', async (url, message) => {
  const health = launch(['health', url])
  expect(await health.ended).toStrictEqual({ code: 2, signal: null })
  expect(health.stderr()).toContain(`cvm-emulator: ${message}`)
})

test.each([
  [
    'an emulator that is closing',
    503,
    '{"ready":false,"reason":"The emulator is shutting down."}',
    'The emulator is shutting down.',
  ],
  ['another server', 200, 'hello', 'it answers 200, but not as a cvm-emulator'],
  ['another server without the path', 404, '\u001b[2J', 'it answers 404, but not as a cvm-emulator'],
])('%s is not ready, and the line says why', async (_title, status, body, reason) => {
  const url = await serve((_request, response) => response.writeHead(status).end(body))
  expect(await checkHealth(url)).toStrictEqual({ isReady: false, line: `${url} is not ready: ${reason}` })
})

test.each<[string, RequestListener]>([
  ['nothing', () => {}],
  ['the beginning of an answer', (_request, response) => void response.write('{')],
])('a server that sends %s is not waited for', async (_title, answer) => {
  const url = await serve(answer)
  const line = `${url} is not ready: it does not answer within 2 seconds`
  expect(await checkHealth(url)).toStrictEqual({ isReady: false, line })
})

test.each([
  [{}, 'http://127.0.0.1:8213'],
  [{ PORT: '9000' }, 'http://127.0.0.1:9000'],
  [{ PORT: '9000', CVM_EMULATOR_PORT: '9001' }, 'http://127.0.0.1:9001'],
  [{ CVM_EMULATOR_PORT: 'tcp://10.96.0.1:8213' }, 'http://127.0.0.1:8213'],
  [{ CVM_EMULATOR_HOST: '0.0.0.0' }, 'http://127.0.0.1:8213'],
  [{ CVM_EMULATOR_HOST: '::' }, 'http://127.0.0.1:8213'],
  [{ CVM_EMULATOR_HOST: '::1' }, 'http://[::1]:8213'],
  [{ CVM_EMULATOR_HOST: 'fd00::1' }, 'http://[fd00::1]:8213'],
  [{ CVM_EMULATOR_HOST: 'emulator.internal' }, 'http://emulator.internal:8213'],
  [{ CVM_EMULATOR_URL: 'https://emulator.internal:8443/', PORT: '9000' }, 'https://emulator.internal:8443'],
  // An option that is invalid does not matter here
  [{ CVM_EMULATOR_KEY_BITS: '7' }, 'http://127.0.0.1:8213'],
])('with %j it asks %s', (env, url) => {
  expect(readCommand(['health'], env)).toStrictEqual({ name: 'health', url })
})

test.each([
  [{ CVM_EMULATOR_PORT: '0' }, 'CVM_EMULATOR_PORT is 0, so the emulator listens on any free port. Give its URL'],
  [{ PORT: 'many' }, 'PORT: "many" is not an integer from 0 to 65535.'],
  [{ CVM_EMULATOR_URL: 'nonsense' }, 'CVM_EMULATOR_URL: "nonsense" is not a URL such as'],
])('with %j there is nothing to ask', (env, message) => {
  expect(() => readCommand(['health'], env)).toThrow(message)
})
