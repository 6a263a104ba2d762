import { describe, expect, test } from 'vitest'
import { readCommand } from '../../src/config/command-line.ts'
import { type AnyAnswer, call, get } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { launch } from '../support/process.ts'
import { credential, sign } from '../support/sign.ts'

const { secretId, secretKey } = credential
const given = `${secretId}:${secretKey}`
const clock = '2017-03-12T08:00:00Z'
const describeParams = { Action: 'DescribeKeyPairs', Version: '2017-03-12' }

const codeOf = async (emulator: { url: string }, key = secretKey, id = secretId) => {
  const { Response }: AnyAnswer = await get(emulator, sign({ ...describeParams, SecretId: id }, { key }))
  return Response.Error?.Code ?? 'Success'
}

describe('a credential of the option', () => {
  test.each(['strict', 'known'] as const)('is checked with auth %s', async (auth) => {
    const emulator = await start({ auth, clock, credential: [given, 'AKIDsecond:with:colons'] })
    expect([
      await codeOf(emulator),
      await codeOf(emulator, 'with:colons', 'AKIDsecond'),
      await codeOf(emulator, 'another key'),
    ]).toStrictEqual(['Success', 'Success', 'InvalidParameter.SignatureFailure'])
  })

  test('is there beside those of fixtures, and after a reset and an import', async () => {
    const fixtures = { credentials: [{ secretId: 'AKIDother', secretKey: 'key-of-the-other' }] }
    const emulator = await start({ auth: 'strict', clock, credential: [given], fixtures })
    const codes = async () => [await codeOf(emulator), await codeOf(emulator, 'key-of-the-other', 'AKIDother')]
    const both = ['Success', 'Success']
    expect(await codes()).toStrictEqual(both)
    await emulator.state.import({ clock: { frozen: clock } })
    expect(await codes()).toStrictEqual(both)
    await emulator.state.import({ clock: { frozen: clock }, credentials: [{ secretId, secretKey: 'replaced' }] })
    expect(await codeOf(emulator, 'replaced')).toBe('Success')
    await emulator.reset(undefined, { fixtures: false })
    expect(await codes()).toStrictEqual(both)
  })

  test('supplies the SecretKey that a credential of fixtures leaves out, so that an exported state starts', async () => {
    const exporting = await start({ fixtures: { credentials: [{ ...credential, account: 'team' }] } })
    const fixtures = { ...(await exporting.state.export()), clock: {} }
    await expect(start({ fixtures })).rejects.toThrow('/credentials/0 has no secretKey')
    const emulator = await start({ auth: 'strict', clock, credential: [given], fixtures })
    expect(await codeOf(emulator)).toBe('Success')
    expect(await emulator.journal.find()).toMatchObject([{ account: 'team' }])
  })

  test('with a SecretKey in fixtures for the same SecretId ends the start', async () => {
    const fixtures = { credentials: [{ secretId: 'AKIDother', secretKey: 'k' }, credential] }
    await expect(start({ credential: [given], fixtures })).rejects.toThrow(
      '--fixtures: /credentials/1 has a secretKey, and --credential has one for the same SecretId. Remove one of them.',
    )
  })

  test('is a secret in the journal, the log, the names of accounts, and fixtures', async () => {
    const log = createLog()
    const emulator = await start({ credential: [given], log: log.stream, logLevel: 'trace' })
    await call(emulator, 'DescribeKeyPairs', { SearchWord: secretKey })
    await call(emulator, secretKey)
    expect((await emulator.journal.find())[0]?.parameters.SearchWord).toBe('[redacted]')
    expect(JSON.stringify([await emulator.journal.find(), await emulator.state.export()]) + log.text()).not.toContain(
      secretKey,
    )
    await expect(emulator.reset(secretKey)).rejects.toThrow('The name of an account may not contain a SecretKey')
    await expect(start({ credential: [given], fixtures: { accounts: { [secretKey]: {} } } })).rejects.toThrow(
      'the name of member 1 of /accounts may not contain a SecretKey',
    )
  })
})

describe('the message does not repeat the SecretKey', () => {
  test.each([
    ['without a SecretId', ['--credential', secretKey], '--credential: the value is not a list of SecretId:SecretKey'],
    [
      'that is given twice',
      ['--credential', `${given},${given}`],
      '--credential: the value is not a list of SecretId:SecretKey with different SecretIds',
    ],
    [
      'after a space',
      ['--credential', given, `AKIDb:${secretKey}`],
      'An argument belongs to no option; it is not shown',
    ],
    ['of a misspelled option', [`--credentials=${given}`], 'unknown option --credentials (did you mean --credential?)'],
  ])('%s', (_what, args, message) => {
    const read = () => readCommand(args, {})
    expect(read).toThrow(message)
    expect(read).not.toThrow(secretKey)
  })
})

test('an argument that belongs to no option is shown when no option is secret', () => {
  expect(() => readCommand(['--port', '1', '2'], {})).toThrow('unknown command 2;')
})

test('the variable sets credentials, and nothing prints them', async () => {
  const emulator = launch(['--port', '0', '--auth', 'strict', '--clock', clock], {
    env: { CVM_EMULATOR_CREDENTIAL: given },
  })
  expect(await codeOf({ url: await emulator.ready })).toBe('Success')
  emulator.child.kill('SIGTERM')
  await emulator.ended
  expect(emulator.stdout() + emulator.stderr()).not.toContain(secretKey)
})

describe('the start with auth strict', () => {
  const warning =
    '--auth strict refuses every API request, because there are no credentials; add some with --credential ID:KEY or --fixtures'
  test.each([
    ['no credentials warns', {}, [warning]],
    ['a credential of the option does not', { credential: [given] }, []],
    ['a credential of fixtures does not', { fixtures: { credentials: [credential] } }, []],
    ['no credentials, but auth known, does not', { auth: 'known' as const }, []],
  ])('and %s', async (_what, options, warnings) => {
    const log = createLog()
    await start({ auth: 'strict', log: log.stream, ...options })
    expect(log.lines().flatMap(({ level, msg }) => (level === 40 ? [msg] : []))).toStrictEqual(warnings)
  })
})
