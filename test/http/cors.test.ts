import { expect, test } from 'vitest'
import { createParams, target } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { request, sendRaw } from '../support/raw.ts'

const allowOrigins = (headers: string) =>
  headers.split('\r\n').filter((line) => /^access-control-allow-origin:/i.test(line))

test.each(['http://localhost:5173', 'http://127.0.0.1:3000', 'https://app.localhost', 'http://[::1]:8080'])(
  'a web page of %s may read every answer, and its preflight succeeds',
  async (origin) => {
    const { port } = await start()
    const preflight = await sendRaw(
      port,
      request('OPTIONS', '/v2/index.php', {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-emulator-error,x-emulator-delay',
      }),
    )
    expect(preflight.status).toBe(204)
    expect(allowOrigins(preflight.headers)).toStrictEqual([`access-control-allow-origin: ${origin}`])
    expect(preflight.headers).toMatch(/access-control-allow-headers: content-type,x-emulator-error,x-emulator-delay/i)
    expect(preflight.headers).toMatch(/access-control-allow-methods: .*POST/i)

    const answers = [
      request('PUT', '/v2/index.php', { Origin: origin, 'Content-Type': ';;;' }, 'x'),
      request('GET', target(createParams()), { Origin: origin }),
      request('GET', target(createParams()), { Origin: origin }),
      request('GET', '/nowhere', { Origin: origin }),
      request('PUT', '/v2/index.php', { Origin: origin }),
      request('POST', '/v2/index.php', { Origin: origin, 'X-Emulator-Error': 'InternalError' }, 'Action=CreateKeyPair'),
      request('POST', '/v2/index.php', { Origin: origin }, 'x'.repeat(10 * 1024 * 1024 + 1)),
    ]
    for (const bytes of answers) {
      const { headers } = await sendRaw(port, bytes)
      expect(allowOrigins(headers)).toStrictEqual([`access-control-allow-origin: ${origin}`])
    }
  },
)

test('a foreign origin may not read; the log has the option that allows it, once', async () => {
  const log = createLog()
  const { port } = await start({ log: log.stream })
  for (let i = 0; i < 2; i++) {
    const { headers, status } = await sendRaw(
      port,
      request('GET', target(createParams()), { Origin: 'https://app.example' }),
    )
    expect([status, allowOrigins(headers)]).toStrictEqual([200, []])
  }
  const warnings = log.lines().filter(({ level }) => level === 40)
  expect(warnings).toMatchObject([
    {
      origin: 'https://app.example',
      msg: 'web origin refused; allow it with --cors-origin loopback,https://app.example',
    },
  ])
})

test.each([
  ['/v2/index.php', ['loopback'], 'https://app.example', 'API', 'loopback,https://app.example'],
  ['/_emulator/reset', ['loopback'], 'https://app.example', 'control interface', 'loopback,https://app.example'],
  ['/_emulator/reset', ['*'], 'https://app.example', 'control interface', '*,https://app.example'],
  ['/_emulator/reset', ['none'], 'http://localhost:3000', 'control interface', 'http://localhost:3000'],
])(
  'a preflight for %s, refused by cors-origin %j, is answered and logged once with the option that allows it',
  async (path, corsOrigin, origin, name, value) => {
    const log = createLog()
    const preflight = { Origin: origin, 'Access-Control-Request-Method': 'POST' }
    const { port } = await start({ corsOrigin, log: log.stream })
    for (let i = 0; i < 2; i++) {
      const { status, headers, body } = await sendRaw(port, request('OPTIONS', path, preflight))
      expect([status, allowOrigins(headers), JSON.parse(body).error.message]).toStrictEqual([
        403,
        [],
        `Web pages of ${origin} may not use the ${name}. To allow them, start with --cors-origin ${value}.`,
      ])
    }
    expect(log.lines().filter(({ level }) => level === 40)).toMatchObject([
      { origin, msg: `web origin refused; allow it with --cors-origin ${value}` },
    ])
    const allowed = await start({ corsOrigin: value.split(',') })
    expect((await sendRaw(allowed.port, request('OPTIONS', path, preflight))).status).toBe(204)
  },
)

test('the advised option keeps the allowed origins', async () => {
  const log = createLog()
  const { port } = await start({ log: log.stream, corsOrigin: ['https://a.example'] })
  await sendRaw(port, request('GET', target(createParams()), { Origin: 'https://b.example' }))
  expect(log.text()).toContain('allow it with --cors-origin https://a.example,https://b.example')
})

test.each([
  [['loopback', 'https://app.example'], 'https://app.example', true],
  [['loopback', 'https://app.example'], 'http://localhost:3000', true],
  [['https://app.example'], 'http://localhost:3000', false],
  [['*'], 'https://anything.example', true],
  [['null'], 'null', true],
  [['loopback'], 'null', false],
  [['none'], 'http://localhost:3000', false],
  [['loopback'], 'loopback', false],
  [['none'], 'none', false],
])('with cors-origin %j a web page of %s may read: %s', async (corsOrigin, origin, allowed) => {
  const { port } = await start({ corsOrigin })
  const { headers } = await sendRaw(port, request('GET', target(createParams()), { Origin: origin }))
  expect(allowOrigins(headers)).toStrictEqual(allowed ? [`access-control-allow-origin: ${origin}`] : [])
})
