import { describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { type Action, documentedCodes } from '../../src/core/action.ts'
import { isErrorCode } from '../../src/core/errors.ts'
import { regions } from '../../src/core/regions.ts'
import commonCodes from '../data/common-codes-3.0.json' with { type: 'json' }
import documented from '../data/documented-codes-3.0.json' with { type: 'json' }
import { call, list } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const [free, bound] = ['skey-00000001', 'skey-00000002']
const ids = ['ins-00000001', 'ins-00000002', 'ins-00000003', 'ins-00000004'] as const
const [stopped, windows, running, failed] = ids
const states = ['PENDING', 'STARTING', 'STOPPING', 'REBOOTING', 'SHUTDOWN', 'TERMINATING'] as const

const fixtures = {
  keyPairs: [
    { keyId: free, keyName: 'free', publicKey: publicKey('a') },
    { keyId: bound, keyName: 'bound', publicKey: publicKey('b') },
    { keyId: 'skey-00000003', keyName: 'image', publicKey: publicKey('c'), usedByImage: true },
  ],
  instances: [
    { instanceId: stopped, keyIds: [bound] },
    { instanceId: windows, osName: 'Windows Server 2012' },
    { instanceId: running, instanceState: 'RUNNING' as const },
    { instanceId: failed, instanceState: 'LAUNCH_FAILED' as const },
    ...states.map((instanceState, index) => ({ instanceId: `ins-1000000${index}`, instanceState })),
  ],
}

test.each(Object.entries(documented))('%s has the documented list of 3.0', (name, codes) => {
  const action = actions.find((one) => one.name === name) as Action
  // Every action may answer the common codes, and not every list repeats them
  const own = documentedCodes('3.0', action).filter((code) => codes.includes(code) || !commonCodes.includes(code))
  expect(own.sort()).toStrictEqual(codes)
  expect(codes.filter((code) => !isErrorCode(code))).toStrictEqual([])
})

const delaying = { operationDelay: 60_000 }

/** Errors of handlers, with their codes in 2017-03-12 and in 3.0. */
describe.each<[string, string, Record<string, unknown>, string, string]>([
  [
    'an unknown id',
    'DeleteKeyPairs',
    { KeyIds: ['skey-zzzzzzzz', free] },
    'InvalidKeyPairId.NotFound',
    'InvalidKeyPairId.NotFound',
  ],
  [
    'a used key pair',
    'DeleteKeyPairs',
    { KeyIds: [bound] },
    'InvalidKeyPair.NotSupported',
    'InvalidParameterValue.KeyPairNotSupported',
  ],
  [
    'a long description',
    'ModifyKeyPairAttribute',
    { KeyId: free, Description: 'x'.repeat(61) },
    'InvalidKeyPairDescriptionTooLong',
    'InvalidParameterValue',
  ],
  [
    'a bad new name',
    'ModifyKeyPairAttribute',
    { KeyId: free, KeyName: 'a-b' },
    'InvalidKeyPairNameIncludeIllegalChar',
    'InvalidParameterValue',
  ],
  [
    'a taken new name',
    'ModifyKeyPairAttribute',
    { KeyId: free, KeyName: 'bound' },
    'InvalidKeyPairName.Duplicate',
    'InvalidKeyPairName.Duplicate',
  ],
  [
    'a bad name',
    'CreateKeyPair',
    { KeyName: 'a-b', ProjectId: 0 },
    'InvalidKeyPairNameIncludeIllegalChar',
    'InvalidParameterValue',
  ],
  [
    'a long name',
    'ImportKeyPair',
    { KeyName: 'n'.repeat(26), ProjectId: 0, PublicKey: publicKey('n') },
    'InvalidKeyPairNameTooLong',
    'InvalidParameterValue',
  ],
  [
    'an empty name',
    'CreateKeyPair',
    { KeyName: '', ProjectId: 0 },
    'InvalidKeyPairNameEmpty',
    'InvalidKeyPairNameEmpty',
  ],
  [
    'an unknown project',
    'ImportKeyPair',
    { KeyName: 'n', ProjectId: 5, PublicKey: publicKey('n') },
    'InvalidProjectId.NotFound',
    'InvalidProjectId.NotFound',
  ],
  [
    'a filter by tags',
    'DescribeKeyPairs',
    { Filters: [{ Name: 'tag-key', Values: ['x'] }] },
    'InvalidFilter',
    'Success',
  ],
  [
    'Windows',
    'AssociateInstancesKeyPairs',
    { InstanceIds: [windows], KeyIds: [free] },
    'InvalidInstance.NotSupported',
    'UnsupportedOperation.InstanceOsWindows',
  ],
  [
    'a running instance',
    'AssociateInstancesKeyPairs',
    { InstanceIds: [running], KeyIds: [free] },
    'InvalidInstance.NotSupported',
    'UnsupportedOperation.InstanceStateRunning',
  ],
  [
    'a failed instance',
    'AssociateInstancesKeyPairs',
    { InstanceIds: [failed], KeyIds: [free] },
    'InvalidInstance.NotSupported',
    'InvalidInstance.NotSupported',
  ],
  ...states.map((state, index): [string, string, Record<string, unknown>, string, string] => [
    `an instance that is ${state}`,
    'DisassociateInstancesKeyPairs',
    { InstanceIds: [`ins-1000000${index}`], KeyIds: [free] },
    'InvalidInstance.NotSupported',
    `UnsupportedOperation.InstanceState${state.charAt(0)}${state.slice(1).toLowerCase()}`,
  ]),
  [
    'a malformed instance id',
    'AssociateInstancesKeyPairs',
    { InstanceIds: [''], KeyIds: [free] },
    'InvalidInstanceId.Malformed',
    'InvalidParameterValue.InstanceIdMalformed',
  ],
  [
    'a malformed id',
    'DescribeInstances',
    { InstanceIds: [''] },
    'InvalidInstanceId.Malformed',
    'InvalidParameterValue.InstanceIdMalformed',
  ],
])('%s', (_what, action, params, code2017, code30) => {
  test(`is ${code2017} in 2017-03-12 and ${code30} in 3.0`, async () => {
    const flat = Object.fromEntries(
      Object.entries(params).flatMap(([name, value]) =>
        Array.isArray(value)
          ? value.flatMap((item, index) =>
              typeof item === 'string'
                ? [[`${name}.${index}`, item]]
                : [
                    [`${name}.${index}.Name`, item.Name],
                    [`${name}.${index}.Values.0`, item.Values[0]],
                  ],
            )
          : [[name, `${value}`]],
      ),
    )
    expect(codeOf30(await call(await start({ fixtures }), action, flat))).toBe(code2017)
    expect(codeOf30(await call30(await start({ fixtures }), action, params))).toBe(code30)
  })
})

test('the error for a key pair of an image says so', async () => {
  const { Response } = await call30(await start({ fixtures }), 'DeleteKeyPairs', { KeyIds: ['skey-00000003'] })
  expect(Response.Error.Message).toBe(
    'The request does not support the key pair `skey-00000003` which associastes with image. It is associated with an image.',
  )
})

// A published client repeats the call only when the printed error has both
test('the error for a bound key pair has KeyPairNotSupported and "associat"', async () => {
  const emulator = await start({ fixtures })
  const forced = { 'X-Emulator-Error': 'InvalidParameterValue.KeyPairNotSupported' }
  for (const { Response } of [
    await call30(emulator, 'DeleteKeyPairs', { KeyIds: [bound] }),
    await call30(emulator, 'DeleteKeyPairs', { KeyIds: [free] }, forced),
  ]) {
    expect(`${Response.Error.Code}: ${Response.Error.Message}`).toMatch(/KeyPairNotSupported.*associat/i)
  }
})

test('3.0 deletes no key pair when an id is unknown', async () => {
  const emulator = await start({ fixtures })
  await call30(emulator, 'DeleteKeyPairs', { KeyIds: [free, 'skey-zzzzzzzz'] })
  expect((await call30(emulator, 'DescribeKeyPairs', { KeyIds: [free] })).Response.TotalCount).toBe(1)
})

test('JSON may have the ProjectId of ImportKeyPair as a string, as the documented example has it', async () => {
  const emulator = await start()
  const sent = (ProjectId: unknown, name: string) => ({ KeyName: name, ProjectId, PublicKey: publicKey(name) })
  expect(codeOf30(await call30(emulator, 'ImportKeyPair', sent('0', 'text')))).toBe('Success')
  expect(codeOf30(await call30(emulator, 'ImportKeyPair', sent('1002189', 'other')))).toBe('Success')
  expect(codeOf30(await call30(emulator, 'ImportKeyPair', sent('x', 'bad')))).toBe('InvalidParameterValue')
  expect(codeOf30(await call30(emulator, 'ImportKeyPair', sent(true, 'bad')))).toBe('InvalidParameter')
  // No example of another action has a string
  expect(codeOf30(await call30(emulator, 'CreateKeyPair', { KeyName: 'n', ProjectId: '0' }))).toBe('InvalidParameter')
})

test('ForceStop shuts a running instance down; it runs again when the operation ends', async () => {
  const emulator = await start({ fixtures, clock: new Date(0), ...delaying })
  const wanted = { InstanceIds: [running], KeyIds: [free], ForceStop: true }
  expect(codeOf30(await call30(emulator, 'AssociateInstancesKeyPairs', wanted))).toBe('Success')
  const seen = async () => {
    const { Response } = await call30(emulator, 'DescribeInstances', { InstanceIds: [running] })
    const [{ InstanceState, LatestOperationState, LoginSettings }] = Response.InstanceSet
    return [InstanceState, LatestOperationState, LoginSettings.KeyIds]
  }
  expect(await seen()).toStrictEqual(['STOPPED', 'OPERATING', [free]])
  expect(codeOf30(await call30(emulator, 'AssociateInstancesKeyPairs', wanted))).toBe('MutexOperation.TaskRunning')
  expect(codeOf30(await call30(emulator, 'DisassociateInstancesKeyPairs', wanted))).toBe(
    'OperationDenied.InstanceOperationInProgress',
  )
  const flat = { ...list('InstanceIds', [running]), ...list('KeyIds', [free]), ForceStop: 'TRUE' }
  expect(codeOf30(await call(emulator, 'AssociateInstancesKeyPairs', flat))).toBe('InvalidInstance.NotSupported')
  await emulator.clock.advance(60_000)
  expect(await seen()).toStrictEqual(['RUNNING', 'SUCCESS', [free]])
})

test.each(regions.filter(({ zones }) => zones.length > 0))(
  'the default zone of an instance in $id is one that DescribeZones lists',
  async ({ id: region }) => {
    const emulator = await start({ fixtures: { instances: [{ instanceId: stopped, region }] } })
    const { InstanceSet } = (await call30(emulator, 'DescribeInstances')).Response
    const { ZoneSet } = (await call30(emulator, 'DescribeZones', {}, { 'X-TC-Region': region })).Response
    expect(ZoneSet.map(({ Zone }: { Zone: string }) => Zone)).toContain(InstanceSet[0].Placement.Zone)
  },
)
