import { expect, test } from 'vitest'
import { createParams, get, post } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { sendRaw } from '../support/raw.ts'

test('each request has one log line with request id, action, account, code and duration', async () => {
  const log = createLog()
  const emulator = await start({ log: log.stream })
  const created = await get(emulator, createParams({ SecretId: 'AKIDone' }))
  const refused = await post(emulator, createParams({ KeyName: '', Action: 'createKeyPair' }))
  const malformed = await post(emulator, { 'Key\0Name': '' })
  const line = { durationMs: expect.any(Number), level: 30, msg: 'request completed', time: expect.any(Number) }
  expect(log.lines().filter(({ msg }) => msg === 'request completed')).toStrictEqual([
    { ...line, requestId: created.Response.RequestId, action: 'CreateKeyPair', account: 'AKIDone', code: 'Success' },
    {
      ...line,
      requestId: refused.Response.RequestId,
      action: 'createKeyPair',
      account: 'default',
      code: 'InvalidKeyPairNameEmpty',
    },
    { ...line, requestId: malformed.Response.RequestId, code: 'InvalidParameter' },
  ])
})

test('a request to another path is logged without its query, and health checks only at level debug', async () => {
  const log = createLog()
  const { url } = await start({ log: log.stream })
  await fetch(`${url}/nowhere?Signature=x`)
  await fetch(`${url}/v2/index.php`, { method: 'PUT' })
  await fetch(`${url}/_emulator/reset`, { method: 'POST' })
  await fetch(`${url}/_emulator/ready`)
  const lines = log.lines().filter(({ msg }) => msg === 'request completed')
  expect(lines.map(({ method, path, status }) => [method, path, status])).toStrictEqual([
    ['GET', '/nowhere', 404],
    ['PUT', '/v2/index.php', 405],
    ['POST', '/_emulator/reset', 200],
  ])
})

test('log-level sets the minimum level', async () => {
  const log = createLog()
  const emulator = await start({ log: log.stream, logLevel: 'warn' })
  await get(emulator, createParams())
  await fetch(`${emulator.url}/v2/index.php`, { headers: { origin: 'https://app.example' } })
  expect(log.lines().map(({ level }) => level)).toStrictEqual([40])
})

test('bytes that are not a request have a log line, too', async () => {
  const log = createLog()
  const { port } = await start({ log: log.stream })
  const { answer } = await sendRaw(port, 'hello\r\n\r\n')
  expect(log.lines().at(-1)).toMatchObject({ requestId: answer().Response.RequestId, code: 'InvalidParameter' })
})

test('no signature, token, URL or value of a caller is logged, at any level', async () => {
  const log = createLog()
  const emulator = await start({
    log: log.stream,
    logLevel: 'trace',
    fixtures: { credentials: [{ secretId: 'AKIDone', secretKey: 'SecretKeyExample' }] },
  })
  const secrets = { Signature: 'SignatureExample=', Token: 'TokenExample', KeyName: 'NameExample' }
  const headers = { authorization: 'AuthorizationExample' }
  await get(emulator, createParams({ SecretId: 'AKIDone', ...secrets }), headers)
  await post(emulator, createParams({ SecretId: 'AKIDone', ...secrets, ProjectId: 'ProjectExample' }), headers)
  await fetch(`${emulator.url}/elsewhere?Signature=SignatureExample`, { method: 'PUT', headers })
  await fetch(`${emulator.url}/%ZZ?Signature=SignatureExample`, { headers })
  await sendRaw(emulator.port, 'GET /v2/index.php?Signature=SignatureExample HTTP/9.9\r\n\r\n')
  expect(log.text()).toContain('AKIDone')
  expect(log.text()).not.toMatch(/Example/)
})
