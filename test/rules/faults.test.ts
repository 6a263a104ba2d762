import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/rules/rule.ts'
import { createFaults } from '../../src/rules/rules.ts'
import { createSystem } from '../../src/system/system.ts'
import { call, createCode, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { anyAction, anyCall } from '../support/calls.ts'
import { control, controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { codes, describeCode, error } from '../support/fault-calls.ts'

describe.each(ways)('%s', (way) => {
  test('rules are added, listed with their counters, and removed', async () => {
    const emulator = await start()
    const { addFault, faults, removeFault } = controls(emulator, way)
    expect(await addFault({ action: 'DescribeKeyPairs', error })).toStrictEqual({
      id: 'fault-1',
      action: 'DescribeKeyPairs',
      error,
      matched: 0,
      hits: 0,
    })
    await addFault({ id: 'mine', after: 3, next: 1, error: 'InvalidFilter', message: 'mine' })
    await expect(addFault({ id: 'mine', error })).rejects.toThrow('A fault with id `mine` already exists.')
    expect(await codes(emulator, 2)).toStrictEqual([error, error])
    expect(await createCode(emulator)).toBe('Success')
    await removeFault('fault-1')
    const forced = await call(emulator, 'DescribeKeyPairs')
    expect(forced.Response.Error).toStrictEqual({ Code: 'InvalidFilter', Message: 'mine' })
    expect(await codes(emulator, 1)).toStrictEqual(['Success'])
    expect(await faults()).toMatchObject([{ id: 'mine', matched: 5, hits: 1 }])
    await removeFault()
    expect(await faults()).toStrictEqual([])
  })

  test('a forced error changes nothing, and its text is the documented one', async () => {
    const emulator = await start()
    const { addFault, removeFault } = controls(emulator, way)
    await addFault({ error: 'InvalidKeyPair.LimitExceeded' })
    const { Response } = await call(emulator, 'CreateKeyPair', { KeyName: 'a', ProjectId: '0' })
    expect(Response.Error.Message).toBe('The number of key pairs exceeds the limit.')
    await removeFault()
    expect((await call(emulator, 'DescribeKeyPairs')).Response.TotalCount).toBe(0)
  })
})

describe('a rule matches', () => {
  const cases: [what: string, rule: FaultRule, params: Sent, isMatch: boolean][] = [
    ['the account', { account: 'one', error }, { SecretId: 'one' }, true],
    ['no other account', { account: 'one', error }, { SecretId: 'two' }, false],
    ['the region', { region: 'ap-guangzhou', error }, { Region: 'ap-guangzhou' }, true],
    ['no other region', { region: 'ap-guangzhou', error }, {}, false],
    ['the value of a parameter', { parameters: { 'Filters.1.Name': 'key-name' }, error }, filter, true],
    ['no other value', { parameters: { 'Filters.1.Name': 'project-id' }, error }, filter, false],
    ['the action in either case', { action: 'describeKeyPairs', error }, {}, true],
    ['no other action', { action: 'CreateKeyPair', error }, {}, false],
  ]
  test.each(cases)('%s', async (_what, rule, params, isMatch) => {
    const emulator = await start()
    await emulator.faults.add(rule)
    expect(await describeCode(emulator, params)).toBe(isMatch ? error : 'Success')
  })

  test('the account of a credential by its SecretId too', async () => {
    const credentials = [{ secretId: 'AKIDteam', secretKey: 'k', account: 'team' }]
    const emulator = await start({ auth: 'off', fixtures: { credentials } })
    await emulator.faults.add({ account: 'AKIDteam', error })
    expect(await describeCode(emulator, { SecretId: 'AKIDteam' })).toBe(error)
  })
})

const filter: Sent = { 'Filters.1.Name': 'key-name', 'Filters.1.Values.1': 'x' }

describe('how often', () => {
  const often: [rule: FaultRule, pattern: string][] = [
    [{ error }, '111111'],
    [{ next: 2, error }, '110000'],
    [{ every: 3, error }, '001001'],
    [{ after: 1, next: 1, error }, '010000'],
    [{ after: 2, every: 2, error }, '000101'],
    [{ probability: 0, error }, '000000'],
    [{ probability: 1, error }, '111111'],
  ]
  test.each(often)('%j: %s', async (rule, pattern) => {
    const emulator = await start()
    await emulator.faults.add(rule)
    expect((await codes(emulator, 6)).map((code) => Number(code !== 'Success')).join('')).toBe(pattern)
  })

  test('a probability with a seed applies to the same calls each time, in about that proportion', () => {
    const pattern = (seed: string) => {
      const faults = createFaults({
        system: createSystem(),
        builtIn: [{ probability: 0.3, seed, error }],
        accountOf: (name) => name,
      })
      const meet = () => faults.match(anyCall, anyAction)
      return Array.from({ length: 1000 }, () => Number(meet() !== undefined))
    }
    expect(pattern('x')).toStrictEqual(pattern('x'))
    expect(pattern('x')).not.toStrictEqual(pattern('y'))
    const hits = pattern('x').filter(Boolean).length
    expect([hits > 230, hits < 370]).toStrictEqual([true, true])
  })
})

describe('a rate limit', () => {
  const sentence = (calls: number, per: string) =>
    `Your current request times equals to \`${calls}\` in a ${per}, which exceeds the frequency limit \`2\` for a ${per}. Please reduce the frequency of calls.`

  test.each([
    [2, 1_000, 'second', 'InvalidRequest.RequestConcurrencyExceeded', { perSecond: 2 }],
    ['2/second', 1_000, 'second', 'InvalidRequest.RequestConcurrencyExceeded', { perSecond: 2 }],
    ['2/minute', 60_000, 'minute', 'InvalidRequest.LimitExceeded', { perMinute: 2 }],
  ])('of %s counts by account and action, and ends after %i ms', async (rateLimit, length, per, exceeded, rule) => {
    const emulator = await start({ rateLimit, clock: '2017-03-12T08:00:00Z' })
    expect(await codes(emulator, 3)).toStrictEqual(['Success', 'Success', exceeded])
    expect(await codes(emulator, 1, { SecretId: 'other' })).toStrictEqual(['Success'])
    expect(await createCode(emulator)).toBe('Success')
    await emulator.clock.advance(length - 1)
    expect(await codes(emulator, 1)).toStrictEqual([exceeded])
    await emulator.clock.advance(1)
    expect(await codes(emulator, 3)).toStrictEqual(['Success', 'Success', exceeded])
    expect(await emulator.faults.list()).toMatchObject([{ id: 'rate-limit', ...rule, hits: 3 }])
    const { Response } = await call(emulator, 'DescribeKeyPairs')
    expect(Response.Error).toStrictEqual({ Code: exceeded, Message: sentence(4, per) })
    // Both versions of the API count together
    expect((await call30(emulator, 'DescribeKeyPairs')).Response.Error).toStrictEqual({
      Code: 'RequestLimitExceeded',
      Message: sentence(5, per),
    })
  })

  test('begins anew when the clock is set back', async () => {
    const emulator = await start({ rateLimit: 1, clock: '2017-03-12T08:00:00Z' })
    const exceeded = 'InvalidRequest.RequestConcurrencyExceeded'
    expect(await codes(emulator, 2)).toStrictEqual(['Success', exceeded])
    await emulator.clock.advance(-500)
    expect(await codes(emulator, 2)).toStrictEqual(['Success', exceeded])
  })

  test.each([
    ['its own error', { perSecond: 1, error: 'InternalServerError' }, 'An internal error has occurred.'],
    ['its own message', { perMinute: 1, error: 'RequestLimitExceeded', message: 'Slower.' }, 'Slower.'],
  ] as const)('of a rule with %s keeps it', async (_what, rule, message) => {
    const emulator = await start({ clock: '2017-03-12T08:00:00Z' })
    await emulator.faults.add(rule)
    expect(await codes(emulator, 2)).toStrictEqual(['Success', rule.error])
    expect((await call(emulator, 'DescribeKeyPairs')).Response.Error.Message).toBe(message)
  })
})

test.each([
  [{}, /^A fault must have one of (\w+, )+or delay\.$/],
  [{ error, status: 500 }, /^A fault may have at most one of error, status(, \w+)+\.$/],
  [{ error, next: 1, every: 2 }, 'A fault may have at most one of next, every, probability, perSecond, perMinute.'],
  [{ delay: 1, message: 'x' }, 'A fault has a `message` without `error`.'],
  [{ error, body: 'x' }, 'A fault has a `body` without `status`.'],
  [
    { error: 'NoSuchCode' },
    /^A fault has the undocumented code `NoSuchCode`, which is allowed only for an action that/,
  ],
  // It is called at the host of cvm, too
  [
    { action: 'DescribeProject', service: 'cvm', error: 'NoSuchCode' },
    'A fault has the undocumented code `NoSuchCode`, which is allowed only for',
  ],
  [
    { error: 'InternalServerEror' },
    'A fault has the undocumented code `InternalServerEror` (did you mean InternalServerError?), which is allowed only for',
  ],
  [{ answer: [] }, 'body/answer is a list of 0; it must be an object (the members of `Response`'],
  [{ answer: {}, error }, 'A fault may have at most one of error, status, drop, answer.'],
  [{ status: 404 }, 'body/status is 404; it must be one of 429, 500, 502, 503.'],
  [
    { error, next: 0 },
    'body/next is 0; it must be an integer from 1 to 1000000 (the number of calls that it applies to).',
  ],
  [{ error, probability: 2 }, 'body/probability is 2; it must be a number from 0 to 1 '],
  [{ delay: [1] }, 'body/delay is a list of 1; it must be an integer from 0 to 600000 or a list of 2 '],
  [{ delay: -1 }, 'body/delay is -1; it must be an integer from 0 to 600000 or a list of 2 '],
  [{ drop: 'later' }, 'body/drop is "later"; it must be one of before, middle '],
  [{ error, when: 'always' }, 'body has an unknown member `when`; valid members: id, action, '],
  [{ error, id: '../x' }, 'body/id is "../x"; it must match ^'],
  ['{', 'JSON'],
])('POST /faults %j is refused and adds no rule', async (rule, message) => {
  const { url } = await start()
  const answer = await control(url, 'POST', '/faults', rule)
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } })
  expect(answer.body.error.message).toMatch(message)
  expect((await control(url, 'GET', '/faults')).body).toStrictEqual({ faults: [] })
})

test('removing an unknown fault is an error', async () => {
  const { url } = await start()
  expect(await control(url, 'DELETE', '/faults/none')).toStrictEqual({
    status: 404,
    body: { error: { code: 'NotFound', message: 'There is no fault with id `none`.' } },
  })
})

test('a reset of an account restores its rules, except those whose id is in use', async () => {
  const own: FaultRule = { id: 'x', account: 'A', error }
  const emulator = await start({ fixtures: { faults: [own, { id: 'y', account: 'A', error }] } })
  await emulator.faults.remove('x')
  await emulator.faults.remove('y')
  await emulator.faults.add({ id: 'x', delay: 1 })
  await emulator.reset('A')
  expect(await emulator.faults.list()).toMatchObject([
    { id: 'x', delay: 1 },
    { id: 'y', account: 'A' },
  ])
})

test('the object refuses invalid input as HTTP does', async () => {
  const { faults, limits } = await start()
  const add = (rule: object) => expect(faults.add(rule as FaultRule)).rejects
  await add({ error: 'Nope' }).toThrow('A fault has the undocumented code `Nope`')
  await add({ delay: -5 }).toThrow('fault/delay is -5; it must be an integer from 0 to 600000')
  await expect(limits.setKeyPairs(-1)).rejects.toThrow(
    'The limit of key pairs is -1; it must be an integer from 0 to 1000000 or null.',
  )
  await expect(limits.setKeyPairs(1.5)).rejects.toThrow('The limit of key pairs')
})

test('a reset of one account keeps the counters of another whose name ends with the same word', async () => {
  const emulator = await start({ rateLimit: 1 })
  const exceeded = 'InvalidRequest.RequestConcurrencyExceeded'
  expect(await codes(emulator, 2, { SecretId: 'team b' })).toStrictEqual(['Success', exceeded])
  await emulator.reset('b')
  expect(await codes(emulator, 1, { SecretId: 'team b' })).toStrictEqual([exceeded])
  await emulator.reset('team b')
  expect(await codes(emulator, 1, { SecretId: 'team b' })).toStrictEqual(['Success'])
})

test('a rule with a seed draws the same after it was removed and added again', async () => {
  const emulator = await start()
  const draws = async () => {
    const { id } = await emulator.faults.add({ probability: 0.5, seed: 'same', error })
    const drawn = await codes(emulator, 20)
    await emulator.faults.remove(id)
    return { id, drawn }
  }
  const [first, second] = [await draws(), await draws()]
  expect(first.id).not.toBe(second.id)
  expect(second.drawn).toStrictEqual(first.drawn)
  expect(new Set(first.drawn).size).toBe(2)
})
