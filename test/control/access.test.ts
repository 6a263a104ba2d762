import { describe, expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { launch } from '../support/process.ts'
import { request, sendRaw } from '../support/raw.ts'

const reset = async (port: number, headers: Record<string, string>) =>
  (await sendRaw(port, request('POST', '/_emulator/reset', headers))).status

describe('a form post', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  test.each([
    ['of a foreign origin', { ...form, Origin: 'https://evil.example' }, 403],
    ['of a foreign Referer, as older browsers send it', { ...form, Referer: 'https://evil.example/page' }, 403],
    ['of a host name that looks like loopback', { ...form, Referer: 'http://localhost.evil.example/' }, 403],
    ['of the origin null', { ...form, Origin: 'null' }, 403],
    ['of a loopback page', { ...form, Referer: 'http://localhost:3000/page' }, 200],
    ['without Origin and Referer, as curl sends it', form, 200],
  ])('%s: %i', async (_what, headers, status) => {
    const emulator = await start()
    await createCode(emulator)
    expect(await reset(emulator.port, headers as Record<string, string>)).toBe(status)
    expect(await createCode(emulator)).toBe(status === 200 ? 'Success' : 'InvalidKeyPairName.Duplicate')
  })
})

describe('a request of a Host', () => {
  const options = { allowedHosts: ['emulator.test', '*.dev.example'], tlsNames: ['tls.example'] }
  test.each([
    ['localhost', 200],
    ['x.localhost', 200],
    ['192.0.2.7:8213', 200],
    ['[2001:db8::7]:8213', 200],
    ['cvm-emulator', 200],
    ['emulator.test', 200],
    ['Emulator.Test:8213', 200],
    ['emulator.test.:8213', 200],
    ['localhost.', 200],
    ['a.dev.example', 200],
    ['cvm.api.qcloud.com', 200],
    ['a.b.dev.example', 403],
    ['dev.example', 403],
    ['x.emulator.test', 403],
    ['tls.example', 403],
    ['rebound.example', 403],
    ['rebound.example.', 403],
  ])('%s gets %i from a control route, and 200 from the probes', async (Host, status) => {
    const { port } = await start(options)
    const statusOf = async (method: string, path: string) =>
      (await sendRaw(port, request(method, `/_emulator${path}`, { Host }))).status
    expect(await statusOf('POST', '/reset')).toBe(status)
    expect([await statusOf('GET', '/health'), await statusOf('GET', '/ready?x')]).toStrictEqual([200, 200])
  })

  test.each([
    [{}, 'rebound.example:8213', 'rebound.example'],
    [options, 'rebound.example', 'emulator.test,*.dev.example,rebound.example'],
    [{}, 'rebound.example.', 'rebound.example'],
    [{}, 'rebound.example/', 'NAME'],
  ])('with %j that is refused, %s, gets the option that allows it', async (started, Host, names) => {
    const { port } = await start(started)
    const answer = await sendRaw(port, request('POST', '/_emulator/reset', { Host }))
    expect([answer.status, JSON.parse(answer.body).error.message]).toStrictEqual([
      403,
      `The Host \`${Host}\` is not allowed here. Use localhost, an IP address or a name without dots, or start with --allowed-hosts ${names}.`,
    ])
  })

  test('a web page of a foreign origin may not read the probes either', async () => {
    const { port } = await start()
    const headers = { Host: 'rebound.example', Origin: 'https://evil.example' }
    expect((await sendRaw(port, request('GET', '/_emulator/health', headers))).status).toBe(403)
  })
})

describe('a page of an allowed origin', () => {
  test.each([
    ['https://*.app.example', 'https://a.app.example', 200],
    ['https://*.app.example', 'https://b.a.app.example', 200],
    ['https://*.app.example:8443', 'https://a.app.example:8443', 200],
    ['https://*.app.example', 'https://app.example', 403],
    ['https://*.app.example', 'https://.app.example', 403],
    ['https://*.app.example', 'http://a.app.example', 403],
    ['https://*.app.example', 'https://a.app.example:8443', 403],
    ['https://*.app.example:8443', 'https://a.app.example', 403],
    ['https://*.app.example', 'https://aapp.example', 403],
    ['https://*.app.example', 'https://evil.example/.app.example', 403],
    ['https://app.example', 'https://app.example', 200],
    ['https://app.example', 'https://app.example.evil.example', 403],
    ['https://app.example', 'https://app.example:8443', 403],
    ['https://app.example:8', 'https://app.example:8443', 403],
  ])('with cors-origin %s, %s gets %i from a control route', async (corsOrigin, origin, status) => {
    const { port } = await start({ corsOrigin: [corsOrigin] })
    expect(await reset(port, { Origin: origin })).toBe(status)
    const { headers } = await sendRaw(port, request('GET', '/', { Origin: origin }))
    expect(headers.includes('access-control-allow-origin: ')).toBe(status === 200)
  })
})

describe('with --control-token', () => {
  const controlToken = 'a token of this test'

  test.each([
    ['the token', { Authorization: `Bearer ${controlToken}` }, 200],
    ['none', {}, 401],
    ['another', { Authorization: 'Bearer other' }, 401],
    ['the token in another scheme', { Authorization: `Basic ${controlToken}` }, 401],
    ['the token and more', { Authorization: `Bearer ${controlToken} x` }, 401],
    ['the token from a foreign page', { Authorization: `Bearer ${controlToken}`, Origin: 'https://evil.example' }, 403],
  ])('%s: %i', async (_what, headers, status) => {
    const log = createLog()
    const emulator = await start({ controlToken, log: log.stream })
    await createCode(emulator)
    const answer = await sendRaw(emulator.port, request('POST', '/_emulator/reset', headers as Record<string, string>))
    expect(answer.status).toBe(status)
    expect(await createCode(emulator)).toBe(status === 200 ? 'Success' : 'InvalidKeyPairName.Duplicate')
    expect(answer.body + log.text()).not.toContain(controlToken)
    if (status === 401) expect(answer.headers).toMatch(/www-authenticate: Bearer/i)
  })

  test('every route except health and ready requires the token, and the API does not', async () => {
    const emulator = await start({ controlToken })
    const authorized = { headers: { Authorization: `Bearer ${controlToken}` } }
    const hint = await (await fetch(`${emulator.url}/_emulator/nothing`, authorized)).text()
    // The emulator names its own routes
    const routes = [...hint.matchAll(/([A-Z]+) (\/_emulator\/[\w./:]+)/g)].slice(1)
    expect(routes.length).toBeGreaterThan(2)
    const status = async (method: string, path: string) => (await fetch(emulator.url + path, { method })).status
    const statuses = await Promise.all(
      routes.map(async ([, method = '', path = '']) => [path, await status(method, path)]),
    )
    const probes = ['/_emulator/health', '/_emulator/ready']
    expect(statuses).toStrictEqual(statuses.map(([path]) => [path, probes.includes(`${path}`) ? 200 : 401]))
    expect(statuses.map(([path]) => path)).toEqual(expect.arrayContaining(probes))
    expect([
      await status('GET', '/_emulator/nothing'),
      await status('GET', '/_emulator/health?x'),
      await createCode(emulator),
    ]).toStrictEqual([401, 200, 'Success'])
  })

  test('the token can come from the environment, and is never printed', async () => {
    const emulator = launch(['--port', '0'], { env: { CVM_EMULATOR_CONTROL_TOKEN: controlToken } })
    const url = await emulator.ready
    expect((await fetch(`${url}/_emulator/clock`)).status).toBe(401)
    emulator.child.kill('SIGTERM')
    await emulator.ended
    expect(emulator.stdout() + emulator.stderr()).not.toContain(controlToken)
  })
})

describe('the origin null', () => {
  test.each([[['null']], [['*']], [['loopback', 'null']]])(
    'with cors-origin %j may not use the control routes',
    async (corsOrigin) => {
      const { port } = await start({ corsOrigin })
      const answer = await sendRaw(port, request('POST', '/_emulator/reset', { Origin: 'null' }))
      expect([answer.status, JSON.parse(answer.body).error.message]).toStrictEqual([
        403,
        'Web pages of null may not use the control interface. Serve the page from localhost.',
      ])
    },
  )

  test('is refused to pages without a message that advises to allow it', async () => {
    const log = createLog()
    const { port } = await start({ log: log.stream })
    const answers = ['/', '/_emulator/reset'].map((path) => sendRaw(port, request('POST', path, { Origin: 'null' })))
    expect((await Promise.all(answers)).map(({ body }) => body).join()).not.toContain('cors-origin')
    expect(log.lines().filter(({ level }) => level === 40)).toMatchObject([
      { origin: 'null', msg: 'web origin refused' },
    ])
  })
})

test('with every origin allowed for the API, preflights for the control routes allow no private network', async () => {
  const { port } = await start({ corsOrigin: ['*'] })
  const preflight = async (path: string) => {
    const headers = {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Private-Network': 'true',
    }
    return (await sendRaw(port, request('OPTIONS', path, headers))).headers
  }
  expect(await preflight('/v2/index.php')).toMatch(/access-control-allow-private-network: true/i)
  expect(await preflight('/_emulator/reset')).not.toMatch(/access-control-allow-private-network/i)
})

test.each([
  ['http://localhost:5173', 'true'],
  ['https://evil.example', undefined],
])('a preflight of %s for the private network gets %s', async (origin, allowed) => {
  const { port } = await start()
  const { headers } = await sendRaw(
    port,
    request('OPTIONS', '/v2/index.php', {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Private-Network': 'true',
    }),
  )
  expect(/access-control-allow-private-network: (\w+)/i.exec(headers)?.[1]).toBe(allowed)
})
