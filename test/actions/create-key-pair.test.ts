import { describe, expect, test } from 'vitest'
import documented from '../data/documented-examples.json' with { type: 'json' }
import { codeOf, createCode, createParams, get, post, type Sent, target } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { types } from '../support/types.ts'

const example = documented.examples.find(({ id }) => id === 'g2-create')

describe('the documented example', () => {
  test('has an answer with the same fields, in the same order, of the same types', async () => {
    const emulator = await start()
    const response = await fetch(emulator.url + target(example?.request as Sent))

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    const answer = await response.json()
    expect(types(answer)).toStrictEqual(types(example?.response))
    expect(answer).toStrictEqual({
      Response: {
        KeyPair: {
          KeyId: expect.stringMatching(/^skey-[0-9a-z]{8}$/),
          KeyName: 'Tencent',
          ProjectId: 0,
          PublicKey: expect.stringMatching(/^ssh-rsa [A-Za-z0-9+/]+=* skey_\d{6}$/),
          PrivateKey: expect.stringMatching(
            /^-----BEGIN RSA PRIVATE KEY-----\n([A-Za-z0-9+/]{64}\n)+[A-Za-z0-9+/=]{1,64}\n-----END RSA PRIVATE KEY-----\n$/,
          ),
        },
        RequestId: expect.stringMatching(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/),
      },
    })
  })

  test('succeeds with common parameters, by GET and POST', async () => {
    const emulator = await start()
    const common = { Region: 'ap-guangzhou', Timestamp: '1489305600', Nonce: '345122', RequestClient: 'SDK_PYTHON_1' }
    expect(codeOf(await get(emulator, createParams({ ...common, KeyName: 'by_get' })))).toBe('Success')
    expect(codeOf(await post(emulator, createParams({ ...common, KeyName: 'by_post' })))).toBe('Success')
  })
})

test('the numbers in the comments increase by one in each account', async () => {
  const emulator = await start()
  const comment = async (KeyName: string, SecretId: string) => {
    const { Response } = await get(emulator, createParams({ KeyName, SecretId }))
    return Response.KeyPair?.PublicKey.split(' ')[2]
  }
  expect([await comment('a', 'one'), await comment('b', 'one'), await comment('a', 'two')]).toStrictEqual([
    'skey_112168',
    'skey_112169',
    'skey_112168',
  ])
})

describe('each documented code has a natural cause, and its message names the parameter or value', () => {
  const cases: [code: string, expected: string, changes: Record<string, string | undefined>][] = [
    ['MissingParameter', '`KeyName`', { KeyName: undefined }],
    ['MissingParameter', '`ProjectId`', { ProjectId: undefined }],
    ['InvalidParameterValue', '`-1`', { ProjectId: '-1' }],
    ['InvalidParameterValue', '`ProjectId`', { ProjectId: '' }],
    ['InvalidParameterValue', '`abc`', { ProjectId: 'abc' }],
    ['InvalidParameterValue', '`1.0`', { ProjectId: '1.0' }],
    ['InvalidParameterValue', '`00`', { ProjectId: '00' }],
    ['InvalidParameterValue', '`+0`', { ProjectId: '+0' }],
    ['InvalidParameterValue', '`9007199254740992`', { ProjectId: '9007199254740992' }],
    ['InvalidKeyPairNameEmpty', '`KeyName`', { KeyName: '' }],
    ['InvalidKeyPairNameTooLong', '26', { KeyName: 'a'.repeat(26) }],
    ['InvalidKeyPairNameIncludeIllegalChar', '`a-b`', { KeyName: 'a-b' }],
    ['InvalidKeyPairNameIncludeIllegalChar', '`密钥`', { KeyName: '密钥' }],
    ['InvalidKeyPairNameIncludeIllegalChar', '`a\n`', { KeyName: 'a\n' }],
    ['InvalidProjectId.NotFound', '`7`', { ProjectId: '7' }],
    ['InvalidKeyPairName.Duplicate', '`taken`', { KeyName: 'taken' }],
    ['InvalidKeyPair.LimitExceeded', 'project 1002189', { ProjectId: '1002189' }],
  ]

  test.each(cases)('%s: %s', async (code, expected, changes) => {
    const emulator = await start({ keyPairLimit: 1 })
    await createCode(emulator, { KeyName: 'taken' })
    await createCode(emulator, { KeyName: 'full', ProjectId: '1002189' })

    const { Response } = await get(emulator, createParams(changes))
    expect(Response).toStrictEqual({
      Error: { Code: code, Message: expect.stringContaining(expected) },
      RequestId: expect.any(String),
    })
  })
})

test('a name of 25 characters is accepted; characters are counted, not bytes', async () => {
  const emulator = await start()
  expect(await createCode(emulator, { KeyName: 'a'.repeat(25) })).toBe('Success')
  expect(await createCode(emulator, { KeyName: '😀'.repeat(25) })).toBe('InvalidKeyPairNameIncludeIllegalChar')
  expect(await createCode(emulator, { KeyName: '😀'.repeat(26) })).toBe('InvalidKeyPairNameTooLong')
})

test('names are case-sensitive', async () => {
  const emulator = await start()
  expect([
    await createCode(emulator, { KeyName: 'Tencent' }),
    await createCode(emulator, { KeyName: 'tencent' }),
    await createCode(emulator, { KeyName: 'tencent' }),
  ]).toStrictEqual(['Success', 'Success', 'InvalidKeyPairName.Duplicate'])
})

test('the error for an unknown project lists the existing ones and how to add one', async () => {
  const emulator = await start({ projects: [0, 7] })
  const { Response } = await get(emulator, createParams({ ProjectId: '8' }))
  expect(Response.Error?.Message).toBe(
    'The project `8` does not exist. Existing projects: 0, 7. Add one with --projects, a fixture, AddProject or POST /_emulator/projects.',
  )
})

describe('of two errors, the first in this order is returned', () => {
  const missing = { KeyName: undefined }
  const empty = { KeyName: '' }
  const long = { KeyName: 'a'.repeat(26) }
  const longAndIllegal = { KeyName: '-'.repeat(26) }
  const illegal = { KeyName: '-' }
  const noInteger = { ProjectId: 'x' }
  const unknownProject = { ProjectId: '7' }

  const pairs: [first: string, then: string, code: string, changes: Record<string, string | undefined>][] = [
    ['Action', 'Version', 'MissingParameter `Action`', { Action: undefined, Version: undefined }],
    ['unknown Action', 'other Version', 'InvalidAction.NotFound', { Action: 'Nothing', Version: '2018-01-01' }],
    ['unknown Action', 'missing Version', 'InvalidAction.NotFound', { Action: 'Nothing', Version: undefined }],
    ['Version', 'missing parameter', 'MissingParameter `Version`', { Version: undefined, ...missing }],
    ['other Version', 'missing parameter', 'InvalidParameterValue', { Version: '2018-01-01', ...missing }],
    ['empty Version', 'missing parameter', 'InvalidParameterValue', { Version: '', ...missing }],
    ['missing KeyName', 'missing ProjectId', 'MissingParameter `KeyName`', { ...missing, ProjectId: undefined }],
    ['missing ProjectId', 'empty KeyName', 'MissingParameter `ProjectId`', { ...empty, ProjectId: undefined }],
    ['missing KeyName', 'no integer', 'MissingParameter `KeyName`', { ...missing, ...noInteger }],
    ['too long', 'illegal', 'InvalidKeyPairNameTooLong', longAndIllegal],
    ['empty', 'no integer', 'InvalidKeyPairNameEmpty', { ...empty, ...noInteger }],
    ['too long', 'no integer', 'InvalidKeyPairNameTooLong', { ...long, ...noInteger }],
    ['illegal', 'no integer', 'InvalidKeyPairNameIncludeIllegalChar', { ...illegal, ...noInteger }],
    ['illegal', 'unknown project', 'InvalidKeyPairNameIncludeIllegalChar', { ...illegal, ...unknownProject }],
    ['unknown project', 'name taken', 'InvalidProjectId.NotFound', { KeyName: 'taken', ...unknownProject }],
    ['name taken', 'limit reached', 'InvalidKeyPairName.Duplicate', { KeyName: 'taken' }],
  ]

  test.each(pairs)('%s before %s', async (_first, _then, expected, changes) => {
    const emulator = await start({ keyPairLimit: 1, nameScope: 'account' })
    await createCode(emulator, { KeyName: 'taken' })
    const { Response } = await get(emulator, createParams(changes))
    const [code, parameter = ''] = expected.split(' ')
    expect(Response.Error?.Code).toBe(code)
    expect(Response.Error?.Message).toContain(parameter)
  })
})
