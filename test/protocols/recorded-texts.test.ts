import { describe, expect, test } from 'vitest'
import { errorTexts } from '../../src/core/errors.ts'
import commonCodes from '../data/common-codes-3.0.json' with { type: 'json' }
import { call, createParams, list } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { boundary } from '../support/multipart.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

/** The messages begin with the sentences of the real service that somebody published (docs/behaviour.md#message-texts). */
const [first, second, windows, running] = ['ins-00000001', 'ins-00000002', 'ins-00000003', 'ins-00000004'] as const
const fixtures = {
  keyPairs: [{ keyId: 'skey-00000001', keyName: 'k', publicKey: publicKey('k') }],
  instances: [
    { instanceId: first },
    { instanceId: second, region: 'ap-beijing' },
    { instanceId: windows, osName: 'Windows Server 2012' },
    { instanceId: running, instanceState: 'RUNNING' as const },
  ],
}
const open = () => start({ fixtures, clock: new Date(1489305600_000), operationDelay: 60_000 })
const binding = (...InstanceIds: string[]) => ({ InstanceIds, KeyIds: ['skey-00000001'] })
const flat = (...ids: string[]) => ({ ...list('InstanceIds', ids), 'KeyIds.0': 'skey-00000001' })

describe.each(['AssociateInstancesKeyPairs', 'DisassociateInstancesKeyPairs'])('%s names', (action) => {
  test('all instances that are not found', async () => {
    const emulator = await open()
    const ids = ['ins-zzzzzzz1', 'ins-zzzzzzz2', 'ins-zzzzzzz3', 'ins-zzzzzzz4', 'ins-zzzzzzz5']
    // A running instance is no reason to keep silent about the others
    const sent = [running, ...ids.slice(0, 2), first, ...ids.slice(2)]
    const text = `The specified instance ID \`['${ids.join("', '")}']\` is not found.`
    for (const { Response } of [
      await call30(emulator, action, binding(...sent)),
      await call(emulator, action, flat(...sent)),
    ]) {
      expect(Response.Error).toStrictEqual({
        Code: 'InvalidInstanceId.NotFound',
        Message: `${text} There is no such instance in this account; add instances to the starting state or by POST /_emulator/instances.`,
      })
    }
  })

  test('instances of another region as not found', async () => {
    const { Response } = await call30(await open(), action, binding(first, second), { 'X-TC-Region': 'ap-guangzhou' })
    expect(Response.Error.Message).toMatch(
      /^The specified instance ID `\['ins-00000002'\]` is not found\. There is no such instance in the Region ap-guangzhou of this account;/,
    )
  })

  test('an instance that 2017-03-12 cannot change, for any reason', async () => {
    const emulator = await open()
    const text = (id: string) =>
      `The request does not support the instances \`${id}\` which are in operation or in a special state.`
    const messageOf = async (...ids: string[]) => (await call(emulator, action, flat(...ids))).Response.Error
    for (const id of [windows, running]) {
      expect(await messageOf(first, id)).toStrictEqual({
        Code: 'InvalidInstance.NotSupported',
        Message: expect.stringContaining(`${text(id)} It `),
      })
    }
    await call30(emulator, action, binding(first))
    expect((await messageOf(first)).Message).toBe(`${text(first)} ${action} is in progress.`)
  })
})

describe('3.0', () => {
  test('names all instances with an operation in progress', async () => {
    const emulator = await open()
    await call30(emulator, 'AssociateInstancesKeyPairs', binding(first, second))
    const { Response } = await call30(emulator, 'DisassociateInstancesKeyPairs', binding(first, second))
    expect(Response.Error).toStrictEqual({
      Code: 'OperationDenied.InstanceOperationInProgress',
      Message: `The instance \`['${first}', '${second}']\` already has operation in progress. Please try again later. AssociateInstancesKeyPairs is in progress.`,
    })
    const same = await call30(emulator, 'AssociateInstancesKeyPairs', binding(first))
    expect(same.Response.Error).toStrictEqual({
      Code: 'MutexOperation.TaskRunning',
      Message: 'Mutex task is running, please try later. AssociateInstancesKeyPairs is in progress.',
    })
  })

  test('keeps its own code for a running instance', async () => {
    const { Response } = await call30(await open(), 'AssociateInstancesKeyPairs', binding(running))
    expect(Response.Error.Code).toBe('UnsupportedOperation.InstanceStateRunning')
  })

  test.each([
    ['RunInstances', '2017-03-12', 'cvm'],
    ['DescribeVpcs', '2018-08-13', 'tag'],
    ['DescribeVpcs', '2017-03-12', 'cvm'],
  ])('names service and version for %s of %s', async (action, version, service) => {
    const { Response } = await call30(await start(), action, {}, { 'X-TC-Version': version })
    expect(Response.Error).toStrictEqual({
      Code: 'InvalidAction',
      Message: expect.stringMatching(
        new RegExp(
          `^The request action=\`${action}\` is invalid or not found in service=\`${service}\` and version=\`${version}\`\\. Sup`,
        ),
      ),
    })
  })

  test('names the service for another version', async () => {
    const emulator = await start()
    const messageOf = async (action: string) =>
      (await call30(emulator, action, {}, { 'X-TC-Version': '2019-07-22' })).Response.Error.Message
    const text = (service: string) =>
      `The specified api version=\`2019-07-22\` does not exist in service=\`${service}\`. `
    expect(await messageOf('DescribeKeyPairs')).toBe(`${text('cvm')}Use \`Version=2017-03-12\`.`)
    expect(await messageOf('DescribeResourceTagsByResourceIds')).toBe(`${text('tag')}Use \`Version=2018-08-13\`.`)
  })

  test.each([
    ['CreateKeyPair', { KeyName: 'tb-d7krs1hbfk1gle8r7ud0', ProjectId: 0 }, 'is include illegal character `-`.'],
    ['ImportKeyPair', { KeyName: '名', ProjectId: 0, PublicKey: publicKey('a') }, 'is include illegal character `名`.'],
    [
      'ModifyKeyPairAttribute',
      { KeyName: 'tencent_a_c5ohc2kiqfvqn7ef7tcg', KeyId: 'skey-00000001' },
      'is too long, more than `25` characters.',
    ],
    [
      'CreateKeyPair',
      { KeyName: 'tencent_a_c5ohc2kiqfvqn7ef7tcg', ProjectId: 0 },
      'is too long, more than `25` characters.',
    ],
  ])('says what is wrong with a name in %s', async (action, params, text) => {
    const { Response } = await call30(await open(), action, params)
    expect(Response.Error.Code).toBe('InvalidParameterValue')
    expect(
      Response.Error.Message.indexOf(`The specified key pair name \`${params.KeyName}\` ${text} \`KeyName\` `),
    ).toBe(0)
  })

  test.each([
    ['at /', '/', 'InvalidRequest'],
    ['in 2017-03-12', '/v2/index.php', 'InvalidParameter'],
  ])('has a code for a multipart body without an end; %s it is another one', async (_where, path, code) => {
    const { port } = await start()
    const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
    const { Response } = (
      await sendRaw(port, request('POST', path, headers, `--${boundary}\r\nX: y\r\n\r\nv`))
    ).answer()
    expect(Response.Error).toStrictEqual({
      Code: code,
      Message: expect.stringMatching(/The multipart body ends before its last boundary\.$/),
    })
  })
})

describe('the common codes of 3.0', () => {
  test('are all there', () => {
    expect(commonCodes).toHaveLength(38)
    expect(commonCodes.filter((code) => !Object.hasOwn(errorTexts, code))).toStrictEqual([])
  })

  test.each(commonCodes)('%s is answered as it is forced', async (code) => {
    const { Response } = await call30(await start(), 'CreateKeyPair', {}, { 'X-Emulator-Error': code })
    expect(Response.Error).toStrictEqual({ Code: code, Message: expect.stringMatching(/^[A-Z][^{}]{10,}\.$/) })
  })

  test('name service and version when they are forced', async () => {
    const messageOf = async (code: string) =>
      (await call30(await start(), 'CreateKeyPair', {}, { 'X-Emulator-Error': code })).Response.Error.Message
    expect(await messageOf('InvalidAction')).toBe(
      'The request action=`CreateKeyPair` is invalid or not found in service=`cvm` and version=`2017-03-12`.',
    )
    expect(await messageOf('NoSuchVersion')).toBe(
      'The specified api version=`2017-03-12` does not exist in service=`cvm`.',
    )
  })

  test('and a Timestamp out of the window names the time of the server', async () => {
    const emulator = await start({
      ...{ auth: 'strict', clock: new Date(1489309200_000) },
      fixtures: { credentials: [credential] },
    })
    const url = `${emulator.url}/?${new URLSearchParams(sign(createParams(), { path: '/' }))}`
    const body = (await (await fetch(url)).json()) as Awaited<ReturnType<typeof call30>>
    expect(codeOf30(body)).toBe('AuthFailure.SignatureExpire')
    expect(body.Response.Error.Message).toMatch(
      /^Signature expired\. Please use local time and enable NTP service for time synchronization to avoid a deviation between `Timestamp` and the server time 1489309200\. /,
    )
  })
})
