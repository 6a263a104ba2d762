import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import documentedCodes from '../data/documented-codes.json' with { type: 'json' }
import { call, list, type Sent } from '../support/api.ts'
import { brokenBy } from '../support/broken-store.ts'
import { start, startWithParts } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const [free, bound] = ['skey-00000001', 'skey-00000002']
const [stopped, windows] = ['ins-00000001', 'ins-00000002']

const fixtures = {
  projects: [5],
  limits: { keyPairs: 2 },
  keyPairs: [
    { keyId: free, keyName: 'one', publicKey: publicKey('one'), projectId: 5 },
    { keyId: bound, keyName: 'two', publicKey: publicKey('two'), projectId: 5 },
  ],
  instances: [
    { instanceId: stopped, keyIds: [bound] },
    { instanceId: windows, osName: 'Windows Server' },
  ],
}

const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(8, '0')}`)

const newPair = { KeyName: 'new', ProjectId: '0' }
const binding = { 'InstanceIds.0': stopped, 'KeyIds.0': free }
const otherVersion = { Version: '2018-01-01' }

/** A parameter with the value undefined is left out. */
type Cause = readonly [code: string, params: Sent]

const newPairCauses = (rest: Sent): Cause[] => [
  ['MissingParameter', { KeyName: 'new', ...rest }],
  ['InvalidParameterValue', { ...newPair, ...rest, ProjectId: 'x' }],
  ['InvalidKeyPairName.Duplicate', { ...newPair, ...rest, KeyName: 'one', ProjectId: '5' }],
  ['InvalidKeyPair.LimitExceeded', { ...newPair, ...rest, ProjectId: '5' }],
  ['InvalidKeyPairNameEmpty', { ...newPair, ...rest, KeyName: '' }],
  ['InvalidKeyPairNameTooLong', { ...newPair, ...rest, KeyName: 'x'.repeat(26) }],
  ['InvalidKeyPairNameIncludeIllegalChar', { ...newPair, ...rest, KeyName: 'a b' }],
  ['InvalidProjectId.NotFound', { ...newPair, ...rest, ProjectId: '6' }],
]

const bindingCauses: Cause[] = [
  ['MissingParameter', { 'InstanceIds.0': stopped }],
  ['InvalidParameterValue', { ...binding, ForceStop: 'maybe' }],
  ['InvalidParameterValue.LimitExceeded', { ...binding, ...list('InstanceIds', many('ins', 101)) }],
  ['InvalidParameterValue.LimitExceeded', { ...binding, ...list('KeyIds', many('skey', 101)) }],
  ['InvalidInstanceId.NotFound', { ...binding, 'InstanceIds.0': 'ins-zzzzzzzz' }],
  ['InvalidInstanceId.Malformed', { ...binding, 'InstanceIds.0': 'ins-1122' }],
  ['InvalidInstance.NotSupported', { ...binding, 'InstanceIds.0': windows }],
  ['InvalidKeyPairId.Malformed', { ...binding, 'KeyIds.0': 'skey-1122' }],
  ['InvalidKeyPairId.NotFound', { ...binding, 'KeyIds.0': 'skey-zzzzzzzz' }],
]

const filter = { 'Filters.0.Name': 'key-name', 'Filters.0.Values.0': 'x' }

const causes: Record<string, Cause[]> = {
  CreateKeyPair: newPairCauses({}),
  ImportKeyPair: [
    ...newPairCauses({ PublicKey: publicKey('new') }),
    ['InvalidPublicKey.Malformed', { ...newPair, PublicKey: 'ssh-rsa AAAA' }],
    ['InvalidPublicKey.Duplicate', { ...newPair, PublicKey: publicKey('one') }],
  ],
  DescribeKeyPairs: [
    ['InvalidParameter', { ...filter, 'KeyIds.0': free }],
    ['InvalidParameter', { KeyIds: free }],
    ['InvalidParameter', { 'KeyIds.first': free }],
    ['InvalidParameterValue', { 'Filters.0.Name': 'project-id', 'Filters.0.Values.0': 'x' }],
    ['InvalidParameterValue', { 'Filters.0.Name': 'key-name' }],
    ['InvalidParameterValue', { 'Filters.0.Values.0': 'x' }],
    ['InvalidParameterValueLimit', { Limit: '0' }],
    ['InvalidParameterValueLimit', { Limit: '101' }],
    ['InvalidParameterValueLimit', { Limit: 'all' }],
    ['InvalidParameterValueOffset', { Offset: '-1' }],
    ['InvalidFilterValue.LimitExceeded', { 'Filters.0.Name': 'key-name', ...list('Filters.0.Values', [...'abcdef']) }],
    [
      'InvalidFilterValue.LimitExceeded',
      Object.assign(
        {},
        ...[...Array(11).keys()].map((n) => ({ [`Filters.${n}.Name`]: 'key-name', [`Filters.${n}.Values.0`]: 'x' })),
      ),
    ],
    ['InvalidFilter', { 'Filters.0.Name': 'zone', 'Filters.0.Values.0': 'x' }],
    ['InvalidKeyPairId.Malformed', { 'KeyIds.0': 'skey-1122' }],
    ['InvalidKeyPair.LimitExceeded', list('KeyIds', many('skey', 101))],
  ],
  DescribeInstances: [
    ['InvalidParameter', { 'Filters.0.Name': 'zone', 'Filters.0.Values.0': 'ap-beijing-1', 'InstanceIds.0': stopped }],
    ['InvalidParameterValue', { Limit: '101' }],
    ['InvalidParameterValue', { Limit: '-1' }],
    ['InvalidParameterValue', { Limit: 'all' }],
    ['InvalidParameterValue', { Offset: '-1' }],
    ['InvalidInstanceId.Malformed', { 'InstanceIds.0': 'ins-1122' }],
    ['InvalidHostId.Malformed', { 'Filters.0.Name': 'host-id', 'Filters.0.Values.0': 'x' }],
    ['InvalidParameterValue.LimitExceeded', list('InstanceIds', many('ins', 101))],
    ['InvalidFilterValue.LimitExceeded', { 'Filters.0.Name': 'zone', ...list('Filters.0.Values', [...'abcdef']) }],
    ['InvalidFilter', { 'Filters.0.Name': 'key-name', 'Filters.0.Values.0': 'x' }],
    ['InvalidZone.MismatchRegion', { 'Filters.0.Name': 'zone', 'Filters.0.Values.0': 'x' }],
  ],
  ModifyKeyPairAttribute: [
    ['MissingParameter', { KeyName: 'x' }],
    ['MissingParameter', { KeyId: free }],
    ['InvalidParameter', { KeyId: free, 'KeyName.0': 'x' }],
    ['InvalidParameterValue', { KeyId: free, KeyName: 'x', ...otherVersion }],
    ['InvalidKeyPairId.Malformed', { KeyId: 'skey-1122', KeyName: 'x' }],
    ['InvalidKeyPairId.NotFound', { KeyId: 'skey-zzzzzzzz', KeyName: 'x' }],
    ['InvalidKeyPairName.Duplicate', { KeyId: free, KeyName: 'two' }],
    ['InvalidKeyPairDescriptionTooLong', { KeyId: free, Description: 'x'.repeat(61) }],
  ],
  DeleteKeyPairs: [
    ['MissingParameter', {}],
    ['InvalidParameterValue', { 'KeyIds.0': free, ...otherVersion }],
    ['InvalidParameterValue.LimitExceeded', list('KeyIds', many('skey', 101))],
    ['InvalidKeyPairId.Malformed', { 'KeyIds.0': 'skey-1122' }],
    ['InvalidKeyPair.NotSupported', { 'KeyIds.0': bound }],
  ],
  AssociateInstancesKeyPairs: bindingCauses,
  DisassociateInstancesKeyPairs: bindingCauses,
}

/** Documented codes that no request causes. CONTRIBUTING lists them; a test forces them. */
const withoutCause: Record<string, string[]> = {
  DescribeKeyPairs: ['InvalidParameterValue.LimitExceeded'],
  DeleteKeyPairs: ['InvalidKeyPair.LimitExceeded'],
}

describe.each(Object.entries(documentedCodes))('%s', (action, codes) => {
  const own = causes[action] ?? []
  const forcedOnly = withoutCause[action] ?? []

  test('has a test for every documented code', () => {
    const covered = new Set([...own.map(([code]) => code), ...forcedOnly, 'InternalServerError'])
    expect(codes.filter((code) => !covered.has(code))).toStrictEqual([])
  })

  test.each(own)('%s %j', async (code, params) => {
    const emulator = await start({ fixtures })
    const { Response } = await call(emulator, action, params)
    expect(Response).toStrictEqual({
      Error: { Code: code, Message: expect.stringMatching(/`[^`]*`|project \d/) },
      RequestId: expect.any(String),
    })
  })

  test('InternalServerError, when the store throws', async () => {
    const namespace = () => {
      throw new Error('the store broke')
    }
    const emulator = await startWithParts({ store: brokenBy((store) => ({ ...store, namespace })) })
    const valid = { ...newPair, ...binding, PublicKey: publicKey('new'), KeyId: free }
    const { Response } = await call(emulator, action, valid)
    expect(Response.Error).toStrictEqual({ Code: 'InternalServerError', Message: 'An internal error has occurred.' })
  })

  test.each(forcedOnly)('%s can be forced, and CONTRIBUTING lists it as a code without another cause', async (code) => {
    const { Response } = await call(await start(), action, { EmulatorError: code })
    expect(Response.Error.Code).toBe(code)
    const contributing = readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8')
    expect(contributing).toContain(`| ${action} | \`${code}\` |`)
  })
})
