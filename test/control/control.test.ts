import { fastify } from 'fastify'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { healthRoutes } from '../../src/control/health.ts'
import { createSystem } from '../../src/system/system.ts'
import type { AnyAnswer } from '../support/api.ts'
import { createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'

const call = async (url: string, path: string, init: RequestInit = {}) => {
  const response = await fetch(`${url}/_emulator${path}`, init)
  return { status: response.status, body: await response.json() }
}
const send = (url: string, path: string, body: string) => call(url, path, { method: 'POST', body })

test('health responds with status, version, time and the number of ready keys', async () => {
  const now = new Date('2017-03-12T00:00:00Z')
  const { url } = await start({ now: () => now })
  expect(await call(url, '/health')).toStrictEqual({
    status: 200,
    body: {
      status: 'ok',
      version: manifest.version,
      time: now.toISOString(),
      keys: { source: 'fresh', ready: expect.any(Number) },
    },
  })
})

test('ready responds with 200 when the emulator has started, and with 503 and the reason when it closes or cannot write', async () => {
  const { url } = await start()
  expect(await call(url, '/ready')).toStrictEqual({ status: 200, body: { ready: true } })

  expect((await fetch(`${url}/_emulator/ready`, { method: 'HEAD' })).status).toBe(200)

  let ready = false
  let failure: string | undefined
  const app = fastify()
  const store = { checkWritable: () => failure }
  healthRoutes(app, {
    system: createSystem(),
    keys: { name: 'fresh', level: 0, prefill: async () => {} },
    store,
    tlsAddress: () => undefined,
    sshAddress: () => undefined,
    isReady: () => ready,
    closing: new AbortController().signal,
  })
  const early = await app.inject('/ready')
  const reason = 'The emulator is shutting down.'
  expect([early.statusCode, early.json()]).toStrictEqual([503, { ready: false, reason }])
  ready = true
  expect((await app.inject('/ready')).statusCode).toBe(200)
  failure = 'database or disk is full'
  const full = await app.inject('/ready')
  expect([full.statusCode, full.json()]).toStrictEqual([503, { ready: false, reason: failure }])
})

describe('projects', () => {
  test('are listed and added for all accounts or for one, and can be used immediately', async () => {
    const emulator = await start({ projects: [0] })
    const { url } = emulator
    expect(await call(url, '/projects')).toStrictEqual({ status: 200, body: { projects: [0] } })
    expect(await send(url, '/projects', '{"projectId":7}')).toStrictEqual({
      status: 200,
      body: { added: true, projects: [0, 7] },
    })
    expect(await send(url, '/projects', '{"projectId":7}')).toMatchObject({ body: { added: false } })
    expect(await send(url, '/projects', '{"projectId":8,"account":"AKIDone"}')).toStrictEqual({
      status: 200,
      body: { added: true, projects: [0, 7, 8] },
    })
    expect(await call(url, '/projects?account=AKIDtwo')).toStrictEqual({ status: 200, body: { projects: [0, 7] } })
    expect([
      await createCode(emulator, { ProjectId: '7' }),
      await createCode(emulator, { ProjectId: '8', SecretId: 'AKIDone' }),
      await createCode(emulator, { ProjectId: '8', SecretId: 'AKIDtwo' }),
    ]).toStrictEqual(['Success', 'Success', 'InvalidProjectId.NotFound'])
  })

  test.each([
    ['{}', 'body must have the member `projectId`.'],
    ['{"projectId":"7"}', 'body/projectId is "7"; it must be an integer from 0 to 9007199254740991 (a project id: '],
    ['{"projectId":-1}', 'body/projectId is -1; it must be an integer from 0 to 9007199254740991 (a project id: '],
    [
      '{"projectId":1,"account":""}',
      'body/account is ""; it must be a text that is not empty (the name of an account, ',
    ],
    [
      '{"projectId":1,"name":"x"}',
      'body has an unknown member `name`; valid members: projectId, projectName, projectInfo, account.',
    ],
    ['{"projectId":', 'JSON'],
    ['', 'body is missing; it must be an object.'],
  ])('the body %s is rejected with the reason', async (body, message) => {
    const { url } = await start()
    const answer = await send(url, '/projects', body)
    expect(answer).toStrictEqual({
      status: 400,
      body: { error: { code: 'BadRequest', message: expect.stringContaining(message) } },
    })
  })
})

test('reset restores the starting state, also when repeated', async () => {
  const emulator = await start({ projects: [0], keyPairLimit: 1 })
  await send(emulator.url, '/projects', '{"projectId":7}')
  expect(await createCode(emulator)).toBe('Success')
  for (let i = 0; i < 2; i++) {
    expect(await send(emulator.url, '/reset', '')).toStrictEqual({ status: 200, body: { reset: true } })
  }
  expect(await createCode(emulator, { ProjectId: '7' })).toBe('InvalidProjectId.NotFound')
  expect(await createCode(emulator)).toBe('Success')
  await emulator.reset()
  expect(await createCode(emulator)).toBe('Success')
})

test.each([
  ['shared', 'AKIDany', { accounts: 'shared' }],
  [
    'that of its credential',
    'AKIDteam',
    { auth: 'off', fixtures: { credentials: [{ secretId: 'AKIDteam', secretKey: 'k', account: 'team' }] } },
  ],
] as const)('the account of a SecretId is found when it is %s', async (_what, SecretId, options) => {
  const emulator = await start(options)
  const { url } = emulator
  await send(url, '/projects', `{"projectId":7,"account":"${SecretId}"}`)
  await send(url, '/instances', `{"instanceId":"ins-00000000","account":"${SecretId}"}`)
  expect(await createCode(emulator, { SecretId, ProjectId: '7' })).toBe('Success')
  expect(await call(url, `/instances?account=${SecretId}`)).toMatchObject({
    body: { instances: [{ instanceId: 'ins-00000000' }] },
  })
  await send(url, '/reset', `{"account":"${SecretId}"}`)
  expect(await createCode(emulator, { SecretId, ProjectId: '7' })).toBe('InvalidProjectId.NotFound')
})

test('one account can be reset alone, and an invalid body resets nothing', async () => {
  const emulator = await start()
  const create = (SecretId: string) => createCode(emulator, { SecretId })
  await create('one')
  await create('two')
  expect((await send(emulator.url, '/reset', '{"accounts":"one"}')).status).toBe(400)
  expect((await send(emulator.url, '/reset', '{"account":"one"}')).status).toBe(200)
  expect([await create('one'), await create('two')]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate'])
})

const routes = [
  'GET /health',
  'GET /ready',
  'GET /projects',
  'POST /projects',
  'GET /instances',
  'POST /instances',
  'DELETE /instances/:id',
  'GET /ca.pem',
  'DELETE /projects/:id',
  'GET /accounts',
  'GET /key-pairs',
  'PATCH /instances/:id',
  'GET /openapi.json',
  'POST /reset',
  'GET /state',
  'PUT /state',
  'GET /faults',
  'POST /faults',
  'DELETE /faults',
  'DELETE /faults/:id',
  'GET /clock',
  'POST /clock/freeze',
  'POST /clock/set',
  'POST /clock/advance',
  'POST /clock/resume',
  'POST /clock/reset',
  'GET /limits',
  'POST /limits',
  'GET /journal',
  'GET /journal/count',
  'GET /journal/wait',
  'GET /journal/stream',
].map((route) => route.replace(' ', ' /_emulator'))

test.each([
  ['/nothing', ''],
  ['/limit', ' (did you mean /_emulator/limits?)'],
  ['/faults/', ' (did you mean /_emulator/faults?)'],
])('the error for the unknown route %s lists the valid routes', async (path, nearest) => {
  const { url } = await start()
  const { status, body } = (await call(url, path)) as AnyAnswer
  expect([status, body.error.code]).toStrictEqual([404, 'NotFound'])
  expect(body.error.message).toContain(`There is no route GET /_emulator${path}${nearest}. Valid routes: `)
  for (const route of routes) expect(body.error.message).toContain(route)
})

test.each([
  ['GET', '/reset', 'POST'],
  ['DELETE', '/projects?x=1', 'GET, POST'],
  ['GET', '/faults/one', 'DELETE'],
])('the error for %s %s names the valid methods', async (method, path, allowed) => {
  const { url } = await start()
  const response = await fetch(`${url}/_emulator${path}`, { method })
  expect([response.status, response.headers.get('allow')]).toStrictEqual([405, allowed])
  const message = `/_emulator${path.replace(/\?.*/, '')} does not take ${method}. Allowed: ${allowed}.`
  expect(await response.json()).toStrictEqual({ error: { code: 'MethodNotAllowed', message } })
})

describe('access by', () => {
  const cases: [who: string, status: number, headers: Record<string, string>][] = [
    ['a program at 127.0.0.1', 200, { Host: '127.0.0.1:8213' }],
    ['a program at [::1]', 200, { Host: '[::1]:8213' }],
    ['a program at another address', 200, { Host: '10.0.0.7:8213' }],
    ['a container by its alias', 200, { Host: 'cvm-emulator:8213' }],
    ['a client that has the service’s name for us', 200, { Host: 'cvm.api.qcloud.com' }],
    ['localhost and below', 200, { Host: 'cvm.localhost:8213' }],
    [
      'a page of another loopback port',
      200,
      { Host: 'localhost:8213', Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' },
    ],
    ['a page by a rebound name', 403, { Host: 'evil.example:8213' }],
    ['a page by a name that looks like loopback', 403, { Host: '127.0.0.1.evil.example' }],
    ['a page of a foreign origin', 403, { Host: '127.0.0.1:8213', Origin: 'https://evil.example' }],
    [
      'a page of an origin that looks like loopback',
      403,
      { Host: '127.0.0.1:8213', Origin: 'http://localhost.evil.example' },
    ],
    ['a page without an origin', 403, { Host: '127.0.0.1:8213', Origin: 'null' }],
    ['a foreign page without an Origin header', 403, { Host: '127.0.0.1:8213', 'Sec-Fetch-Site': 'cross-site' }],
  ]

  test.each(cases)('%s: %i', async (_who, status, headers) => {
    const emulator = await start({ corsOrigin: ['*'] })
    expect(await createCode(emulator)).toBe('Success')
    const raw = await sendRaw(emulator.port, request('POST', '/_emulator/reset', headers))
    expect(raw.status).toBe(status)
    const refused = status === 403
    if (refused)
      expect(JSON.parse(raw.body)).toStrictEqual({ error: { code: 'Forbidden', message: expect.any(String) } })
    expect(await createCode(emulator)).toBe(refused ? 'InvalidKeyPairName.Duplicate' : 'Success')
  })

  test('an origin in --cors-origin is allowed', async () => {
    const { port } = await start({ corsOrigin: ['https://app.example'] })
    const headers = { Origin: 'https://app.example' }
    expect((await sendRaw(port, request('GET', '/_emulator/health', headers))).status).toBe(200)
  })
})
