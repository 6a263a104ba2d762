import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/emulator.ts'
import { call, target } from '../support/api.ts'
import { call30, tc3 } from '../support/api-3.0.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential } from '../support/sign.ts'

const images: FaultRule = { action: 'DescribeImages', answer: { TotalCount: 0, ImageSet: [] } }
const answered = { TotalCount: 0, ImageSet: [], RequestId: expect.any(String) }

describe('an action that the emulator does not have', () => {
  test('is answered by a rule in both versions of the API, with CORS and an entry in the journal', async () => {
    const emulator = await start({ corsOrigin: ['http://a.example'] })
    await emulator.faults.add(images)
    const headers = { Origin: 'http://a.example' }
    const answer = await fetch(emulator.url + target({ Action: 'describeImages', Version: '2017-03-12' }), { headers })
    const text = await answer.text()
    expect(text).toMatch(/^\{"Response":\{"TotalCount":0,"ImageSet":\[\],"RequestId":"[0-9A-F-]{36}"\}\}$/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://a.example')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect((await call30(emulator, 'DescribeImages')).Response).toStrictEqual(answered)
    const entry = { code: 'Success', faults: ['fault-1'] }
    expect(await emulator.journal.find()).toMatchObject([entry, entry])
  })

  test('has the envelope of the account API at its host', async () => {
    const { port, faults } = await start()
    await faults.add({ action: 'GetUserInfo', answer: { uin: 1 } })
    const path = target({ Action: 'GetUserInfo' })
    const { body } = await sendRaw(port, request('GET', path, { Host: 'account.api.qcloud.com' }))
    expect(body).toBe('{"code":0,"message":"","uin":1}')
  })

  test.each([
    [
      'a code with a message',
      { error: 'FailedOperation.NoImage', message: 'None.' },
      'FailedOperation.NoImage',
      'None.',
    ],
    ['a code', { error: 'toString' }, 'toString', 'An error has occurred.'],
    ['a documented code', { error: 'InvalidAction' }, 'InvalidAction', expect.stringContaining('`DescribeImages`')],
  ])('can answer %s', async (_what, rule, Code, Message) => {
    const emulator = await start()
    await emulator.faults.add({ action: 'DescribeImages', ...rule })
    expect((await call30(emulator, 'DescribeImages')).Response.Error).toStrictEqual({ Code, Message })
    expect(await emulator.journal.find({ code: Code })).toHaveLength(1)
  })

  test('can answer an HTTP status, drop the connection, and wait', async () => {
    const emulator = await start()
    const path = target({ Action: 'DescribeImages', Version: '2017-03-12' })
    const send = () => sendRaw(emulator.port, request('GET', path, {})).catch(() => undefined)
    await emulator.faults.add({ action: 'DescribeImages', next: 1, status: 503 })
    await emulator.faults.add({ action: 'DescribeImages', next: 1, drop: 'before' })
    await emulator.faults.add({ action: 'DescribeImages', next: 1, drop: 'middle', delay: 30 })
    for (let calls = 0; calls < 4; calls++) await send()
    const entries = await emulator.journal.find()
    expect(entries.map(({ code }) => code)).toStrictEqual([
      'HTTP 503',
      'Dropped before',
      'Dropped middle',
      'InvalidAction.NotFound',
    ])
    expect(entries[2]?.durationMs).toBeGreaterThanOrEqual(29)
  })

  test('counts in a rate limit', async () => {
    const emulator = await start({ rateLimit: 1, clock: '2017-03-12T08:00:00Z' })
    await emulator.faults.add(images)
    expect((await call30(emulator, 'DescribeImages')).Response).toStrictEqual(answered)
    expect((await call30(emulator, 'DescribeImages')).Response.Error.Code).toBe('RequestLimitExceeded')
    expect((await call30(emulator, 'DescribeVpcs')).Response.Error.Code).toBe('InvalidAction')
  })
})

describe('an action that the emulator has', () => {
  test('can be answered by a rule, and does not run', async () => {
    const emulator = await start()
    await emulator.faults.add({
      action: 'CreateKeyPair',
      next: 1,
      answer: { KeyPair: { KeyId: 'x' }, RequestId: 'mine' },
    })
    const params = { KeyName: 'a', ProjectId: '0' }
    const { Response } = await call(emulator, 'CreateKeyPair', params)
    expect(Response).toStrictEqual({ KeyPair: { KeyId: 'x' }, RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) })
    expect((await call(emulator, 'CreateKeyPair', params)).Response.Error).toBeUndefined()
  })

  test('keeps its envelope', async () => {
    const emulator = await start()
    await emulator.faults.add({ answer: { RequestId: 'mine', data: [1] } })
    expect(await call(emulator, 'DescribeProject')).toStrictEqual({ code: 0, message: '', data: [1] })
    const text = JSON.stringify(await call(emulator, 'ImportKeyPair'))
    expect(text).toMatch(/^\{"Response":\{"RequestId":"[0-9A-F-]{36}","data":\[1\]\}\}$/)
  })
})

/** The version and the service that the scope of a signature has, of calls that rules tell apart. */
const calls = {
  ours: ['DescribeProjects', '2018-08-13', 'tag'],
  lighthouse: ['DescribeProjects', '2020-03-24', 'lighthouse'],
  local: ['DescribeProjects', '2020-03-24', '127'],
  sts: ['AssumeRole', '2018-08-13', 'sts'],
  other: ['AssumeRole', '2020-03-24', 'other'],
} as const

test.each<[rule: FaultRule, matches: readonly (keyof typeof calls)[]]>([
  [{}, ['ours', 'lighthouse', 'local', 'sts', 'other']],
  [{ action: 'DescribeProjects' }, ['ours']],
  [{ action: 'DescribeProjects', service: 'lighthouse' }, ['lighthouse', 'local']],
  [{ action: 'DescribeProjects', version: '2020-03-24' }, ['lighthouse', 'local']],
  [{ action: 'DescribeProjects', service: 'tag' }, ['ours', 'local']],
  [{ action: 'AssumeRole' }, ['sts', 'other']],
  [{ action: 'AssumeRole', service: 'sts' }, ['sts']],
  [{ action: 'assumeRole', version: '2020-03-24' }, ['other']],
  [{ service: 'sts' }, ['local', 'sts']],
  [{ version: '2018-08-13' }, ['ours', 'sts']],
])('the rule %j matches %j', async (rule, matches) => {
  const emulator = await start()
  await emulator.faults.add({ ...rule, answer: { isRule: true } })
  const matched: string[] = []
  for (const [name, [action, version, service]] of Object.entries(calls)) {
    const headers = { 'X-TC-Version': version, Authorization: tc3({ service }) }
    const { Response } = await call30(emulator, action, {}, headers)
    if (Response.isRule) matched.push(name)
  }
  expect(matched).toStrictEqual(matches)
})

describe.each(ways)('%s', (way) => {
  test('a rule for an action that the emulator does not have gets a warning, which is not kept', async () => {
    const { addFault, faults, exportState } = controls(await start(), way)
    const unknown = (name: string) => `The emulator has no action \`${name}\`, so only rules answer its calls.`
    const added = await addFault({ action: 'DescribeKeyPair', answer: {} })
    expect(added.warning).toBe(`${unknown('DescribeKeyPair')} Did you mean \`DescribeKeyPairs\`?`)
    expect((await addFault({ action: 'RunInstances', answer: {} })).warning).toBe(unknown('RunInstances'))
    for (const rule of [{ action: 'createKeyPair' }, { action: 'AssumeRole', service: 'sts' }, { service: 'sts' }]) {
      expect(await addFault({ ...rule, answer: {} })).not.toHaveProperty('warning')
    }
    expect(JSON.stringify([await faults(), await exportState()])).not.toContain('warning')
  })

  test('a state keeps service, version and answer, and loads them', async () => {
    const emulator = await start()
    const { addFault, exportState, importState } = controls(emulator, way)
    const rule = { ...images, service: 'cvm', version: '2017-03-12', answer: { b: 1, a: { c: [null, 1.5, 'x'] } } }
    await addFault(rule)
    const state = await exportState()
    expect(JSON.stringify(state.faults[0])).toContain('"answer":{"b":1,"a":{"c":[null,1.5,"x"]}}')
    await emulator.faults.remove()
    await importState(state)
    expect(await emulator.faults.list()).toMatchObject([rule])
    expect((await call(emulator, 'DescribeImages')).Response).toMatchObject(rule.answer)
  })
})

test('the log warns of such a rule in a starting state and in a loaded one', async () => {
  const log = createLog()
  const fixtures = { faults: [images, images, { action: 'AssumeRole', service: 'sts', answer: {} }] }
  const emulator = await start({ log: log.stream, fixtures })
  const warnings = () => log.lines().filter(({ level, msg }) => level === 40 && /no action/.test(`${msg}`))
  expect(warnings()).toHaveLength(1)
  expect(
    (await control(emulator.url, 'PUT', '/state', { faults: [{ action: 'DescribeVpcs', answer: {} }] })).status,
  ).toBe(200)
  expect(warnings()[1]?.msg).toMatch(/^The emulator has no action `DescribeVpcs`, so only rules answer its calls\./)
})

test('the journal and the log say how to answer an unknown action, and the answer does not', async () => {
  const log = createLog()
  const emulator = await start({ log: log.stream, fixtures: { credentials: [credential] } })
  const answer = await call30(emulator, 'DescribeImages')
  await call30(emulator, 'AddProject')
  await call(emulator, `Describe${credential.secretKey}`)
  await call(emulator, 'DescribeKeyPairs', { Version: '1' })
  const hint = (members: string) => `How to answer such a call: POST /_emulator/faults {${members},"answer":{…}}`
  const hints = [
    hint('"action":"DescribeImages"'),
    hint('"action":"AddProject","version":"2017-03-12"'),
    '[redacted]',
    undefined,
  ]
  expect((await emulator.journal.find()).map((entry) => entry.hint)).toStrictEqual(hints)
  const lines = log.lines().filter(({ msg }) => msg === 'request completed')
  expect(lines.map((line) => line.hint)).toStrictEqual(hints)
  expect(JSON.stringify(answer)).not.toContain('_emulator')
})

test.each([
  [{ action: 'AssumeRole', service: 'STS', answer: {} }, 'fault/service is "STS"; it must match'],
  [{ action: 'AssumeRole', answer: { Error: {} } }, 'A fault has an `answer` with `Error`; use `error` and `message`.'],
])('the rule %j is refused', async (rule, message) => {
  const { faults } = await start()
  await expect(faults.add(rule)).rejects.toThrow(message)
})
