import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const [web, db, win, far] = ['ins-1e4r6y8i', 'ins-3e56fg78', 'ins-w34e5rl9', 'ins-zzzzzzzz'] as const
const details = {
  ...{ privateIpAddresses: ['10.9.8.7', '10.9.8.6'], publicIpAddresses: ['203.0.113.9'], imageId: 'img-00000001' },
  ...{ instanceType: 'SA2.LARGE8', tags: [{ key: 'city', value: 'shenzhen' }], createdTime: '2020-01-31T00:00:00Z' },
}
const fixtures = {
  projects: [0, 7],
  keyPairs: [{ keyId: 'skey-00000001', keyName: 'k', publicKey: publicKey('k') }],
  instances: [
    {
      ...{ instanceId: web, instanceName: 'my_web', instanceState: 'RUNNING' as const, keyIds: ['skey-00000001'] },
      ...details,
    },
    { instanceId: db, projectId: 7, instanceName: 'db', createdTime: '2019-01-01T00:00:00Z' },
    { instanceId: win, osName: 'Windows Server 2012', zone: 'my-zone', createdTime: '2018-01-01T00:00:00Z' },
    { instanceId: far, region: 'ap-singapore', createdTime: '2017-01-01T00:00:00Z' },
  ],
}
type Filters = readonly { readonly Name: string; readonly Values: readonly string[] }[]
type Described = { readonly InstanceId: string }

const flatten = (filters: Filters): Sent =>
  Object.assign(
    {},
    ...filters.map(({ Name, Values }, index) => ({
      [`Filters.${index + 1}.Name`]: Name,
      ...list(`Filters.${index + 1}.Values`, Values),
    })),
  )

const filter = (Name: string, ...Values: string[]): Filters => [{ Name, Values }]

/** The ids that both versions of the API find, or their codes. */
async function find(filters: Filters, region?: string) {
  const emulator = await start({ fixtures })
  const answers = [
    await call(emulator, 'DescribeInstances', { ...flatten(filters), ...(region && { Region: region }) }),
    await call30(emulator, 'DescribeInstances', { Filters: filters }, region ? { 'X-TC-Region': region } : {}),
  ]
  return answers.map(
    ({ Response }) => Response.Error?.Code ?? Response.InstanceSet.map((one: Described) => one.InstanceId),
  )
}

/** Every member of the definition of 3.0 that is always there, with its type, and what the nested ones hold. */
const members = {
  Placement: { Zone: 'string', ProjectId: 'number', HostId: 'string' },
  ...{ InstanceId: 'string', InstanceType: 'string', CPU: 'number', Memory: 'number', RestrictState: 'string' },
  ...{ InstanceName: 'string', InstanceChargeType: 'string' },
  SystemDisk: { DiskType: 'string', DiskId: 'string', DiskSize: 'number', Encrypt: 'boolean', KmsKeyId: 'string' },
  ...{ DataDisks: 'array', PrivateIpAddresses: 'array', PublicIpAddresses: 'array' },
  InternetAccessible: { InternetChargeType: 'string', InternetMaxBandwidthOut: 'number', PublicIpAssigned: 'boolean' },
  VirtualPrivateCloud: { VpcId: 'string', SubnetId: 'string', AsVpcGateway: 'boolean' },
  ...{ ImageId: 'string', RenewFlag: 'string', CreatedTime: 'string', ExpiredTime: 'string', OsName: 'string' },
  ...{ SecurityGroupIds: 'array', LoginSettings: { KeyIds: 'array' }, InstanceState: 'string', Tags: 'array' },
  ...{ StopChargingMode: 'string', Uuid: 'string', LatestOperation: 'string', LatestOperationState: 'string' },
  ...{ LatestOperationRequestId: 'string', LatestOperationErrorMsg: 'string', DisasterRecoverGroupId: 'string' },
  ...{ DisasterRecoverGroupIds: 'array', IPv6Addresses: 'array', PublicIPv6Addresses: 'array', CamRoleName: 'string' },
  ...{ HpcClusterId: 'string', RdmaIpAddresses: 'array', DedicatedClusterId: 'string', IsolatedSource: 'string' },
  ...{
    LicenseType: 'string',
    DisableApiTermination: 'boolean',
    DefaultLoginUser: 'string',
    DefaultLoginPort: 'number',
  },
}

const typesOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typesOf(member)]))
}

test.each([
  ['2017-03-12', call],
  ['3.0', call30],
] as const)('an instance of %s has every member that is always there, with its type', async (_version, callIt) => {
  const { Response } = await callIt(await start({ fixtures }), 'DescribeInstances', {})
  expect(Response.TotalCount).toBe(4)
  for (const instance of Response.InstanceSet) expect(typesOf(instance)).toStrictEqual(members)
})

test('an instance shows what the starting state says, and otherwise what follows from its id', async () => {
  const emulator = await start({ fixtures })
  const describeIt = async (id: string) =>
    (await call30(emulator, 'DescribeInstances', { InstanceIds: [id] })).Response.InstanceSet[0]
  expect(await describeIt(web)).toMatchObject({
    ...{ InstanceName: 'my_web', InstanceState: 'RUNNING', InstanceType: 'SA2.LARGE8', ImageId: 'img-00000001' },
    ...{ PrivateIpAddresses: ['10.9.8.7', '10.9.8.6'], PublicIpAddresses: ['203.0.113.9'] },
    ...{ Tags: [{ Key: 'city', Value: 'shenzhen' }], LoginSettings: { KeyIds: ['skey-00000001'] } },
    ...{ StopChargingMode: 'NOT_APPLICABLE', DefaultLoginUser: 'root', DefaultLoginPort: 22 },
    ...{ CreatedTime: '2020-01-31T00:00:00Z', ExpiredTime: '2021-01-31T00:00:00Z' },
    ...{ LatestOperation: 'RunInstances', LatestOperationState: 'SUCCESS', InstanceChargeType: 'PREPAID' },
  })
  const plain = await describeIt(db)
  expect(plain).toMatchObject({
    ...{ InstanceType: 'S5.MEDIUM2', StopChargingMode: 'KEEP_CHARGING', Tags: [], Placement: { ProjectId: 7 } },
    PrivateIpAddresses: [expect.stringMatching(/^10(\.\d{1,3}){3}$/)],
    PublicIpAddresses: [expect.stringMatching(/^203\.0\.113\.\d{1,3}$/)],
    Uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  })
  expect(await describeIt(db)).toStrictEqual(plain)
  const others = await Promise.all([web, win, far].map(describeIt))
  expect(others.map(({ Uuid }) => Uuid)).not.toContain(plain.Uuid)
  expect(others[1]).toMatchObject({ DefaultLoginUser: 'Administrator', DefaultLoginPort: 3389 })
})

test('the details of an instance outlive a restart, an export and the control route that sets them', async () => {
  const data = temporaryFolder()
  const put = { instanceId: web, account: 'AKIDone', ...details }
  const seen = async (emulator: { url: string }) =>
    (await call(emulator, 'DescribeInstances', { SecretId: 'AKIDone' })).Response.InstanceSet[0]
  const first = await start({ data })
  const post = (body: object) =>
    fetch(`${first.url}/_emulator/instances`, { method: 'POST', body: JSON.stringify(body) })
  expect((await post(put)).status).toBe(200)
  const described = await seen(first)
  expect(described).toMatchObject({ InstanceType: 'SA2.LARGE8', Tags: [{ Key: 'city', Value: 'shenzhen' }] })
  const state = first.state.export()
  expect(state.accounts?.AKIDone?.instances?.[0]).toMatchObject({ imageId: 'img-00000001', tags: details.tags })
  expect((await post({ ...put, publicIpAddresses: ['everywhere'] })).status).toBe(400)
  await first.close()
  expect(await seen(await start({ data }))).toStrictEqual(described)
  const other = await start()
  await other.state.import(state)
  expect(await seen(other)).toStrictEqual(described)
})

test.each([
  'ENTER_RESCUE_MODE',
  'RESCUE_MODE',
  'EXIT_RESCUE_MODE',
  'ENTER_SERVICE_LIVE_MIGRATE',
  'SERVICE_LIVE_MIGRATE',
] as const)('an instance may be in the state %s, and takes no key pair then', async (instanceState) => {
  const emulator = await start({ fixtures: { ...fixtures, instances: [{ instanceId: web, instanceState }] } })
  expect((await call(emulator, 'DescribeInstances')).Response.InstanceSet[0].InstanceState).toBe(instanceState)
  const codes: Record<string, string> = {
    RESCUE_MODE: 'UnsupportedOperation.InstanceStateRescueMode',
    EXIT_RESCUE_MODE: 'UnsupportedOperation.InstanceStateExitRescueMode',
    ENTER_SERVICE_LIVE_MIGRATE: 'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate',
  }
  const { Response } = await call30(emulator, 'AssociateInstancesKeyPairs', {
    ...{ InstanceIds: [web], KeyIds: ['skey-00000001'], ForceStop: true },
  })
  expect(Response.Error.Code).toBe(codes[instanceState] ?? 'InvalidInstance.NotSupported')
})

describe('the filter', () => {
  const everywhere: [filters: Filters, found: readonly string[]][] = [
    [filter('zone', 'ap-guangzhou-2'), [db, web]],
    [filter('zone', 'ap-guangzhou-2', 'my-zone'), [win, db, web]],
    [filter('zone', 'ap-guangzhou-3'), []],
    [filter('project-id', '7'), [db]],
    [filter('project-id', '1002189'), []],
    [filter('host-id', 'host-12345678'), []],
    [filter('instance-id', web, far), [far, web]],
    [filter('instance-id', 'ins-00000000'), []],
    [filter('instance-name', 'web'), [web]],
    [filter('instance-name', 'WEB'), []],
    [filter('instance-name', '%'), []],
    [filter('instance-charge-type', 'PREPAID'), [far, win, db, web]],
    [filter('instance-charge-type', 'POSTPAID_BY_HOUR'), []],
    [filter('private-ip-address', '10.9.8.7'), [web]],
    [filter('private-ip-address', '10.9.8.6'), []],
    [filter('public-ip-address', '203.0.113.9'), [web]],
    [[...filter('zone', 'ap-guangzhou-2'), ...filter('project-id', '7')], [db]],
    [[...filter('instance-id', web), ...filter('instance-id', db)], []],
  ]
  test.each(everywhere)('%j finds the same in both versions of the API', async (filters, found) => {
    expect(await find(filters)).toStrictEqual([found, found])
  })

  const only30: [filters: Filters, found: readonly string[]][] = [
    [filter('dedicated-cluster-id', ''), [far, win, db, web]],
    [filter('vpc-id', 'vpc-4e78ea76'), [far, win, db, web]],
    [filter('vpc-id', 'vpc-00000000'), []],
    [filter('subnet-id', 'subnet-6d7kj98i'), [far, win, db, web]],
    [filter('uuid', '00000000-0000-4000-8000-000000000000'), []],
    [filter('security-group-id', 'sg-7y3fi8e3', 'sg-00000000'), [far, win, db, web]],
    [filter('instance-state', 'RUNNING'), [web]],
    [filter('ipv6-address', '2001:db8::1'), []],
    [filter('tag-key', 'city'), [web]],
    [filter('tag-value', 'shenzhen'), [web]],
    [filter('tag:city', 'shenzhen'), [web]],
    [filter('tag:city', 'beijing'), []],
    [filter('creation-start-time', '2019-01-01 00:00:00'), [db, web]],
    [filter('creation-end-time', '2019-01-01 00:00:00'), [far, win, db]],
  ]
  test.each(only30)('%j is one of 3.0', async (filters, found) => {
    expect(await find(filters)).toStrictEqual(['InvalidFilter', found])
  })

  const refused: [filters: Filters, code2017: string, code30: string][] = [
    [filter('key-id', 'skey-00000001'), 'InvalidFilter', 'InvalidFilter'],
    [filter('project-id', 'x'), 'InvalidParameterValue', 'InvalidParameterValue'],
    [filter('host-id', 'x'), 'InvalidHostId.Malformed', 'InvalidHostId.Malformed'],
    [filter('instance-id', 'ins-1122'), 'InvalidInstanceId.Malformed', 'InvalidParameterValue.InstanceIdMalformed'],
    [filter('private-ip-address', 'x'), 'InvalidParameterValue', 'InvalidParameterValue.IPAddressMalformed'],
    [filter('zone', 'mars-1'), 'InvalidZone.MismatchRegion', 'InvalidZone.MismatchRegion'],
    [filter('vpc-id', 'x'), 'InvalidFilter', 'InvalidParameterValue.VpcIdMalformed'],
    [filter('subnet-id', 'x'), 'InvalidFilter', 'InvalidParameterValue.SubnetIdMalformed'],
    [filter('uuid', 'x'), 'InvalidFilter', 'InvalidParameterValue.UuidMalformed'],
    [filter('security-group-id', 'x'), 'InvalidFilter', 'InvalidSgId.Malformed'],
    [filter('ipv6-address', 'x'), 'InvalidFilter', 'InvalidParameterValue.IPv6AddressMalformed'],
    [filter('creation-start-time', '2019'), 'InvalidFilter', 'InvalidParameterValue.InvalidTimeFormat'],
    [filter('creation-end-time', '2019-99-99 00:00:00'), 'InvalidFilter', 'InvalidParameterValue.InvalidTimeFormat'],
    [filter('public-ip-address', '999.1.1.1'), 'InvalidParameterValue', 'InvalidParameterValue.IPAddressMalformed'],
    [filter('zone', ...'abcdef'), 'InvalidFilterValue.LimitExceeded', 'InvalidFilterValue.LimitExceeded'],
    [
      Array.from({ length: 11 }, () => filter('zone', 'ap-guangzhou-1')).flat(),
      ...(['InvalidFilterValue.LimitExceeded', 'InvalidFilterValue.LimitExceeded'] as const),
    ],
  ]
  test.each(refused)('%j is refused with %s, in 3.0 with %s', async (filters, code2017, code30) => {
    expect(await find(filters)).toStrictEqual([code2017, code30])
  })

  test('zone takes a zone of the Region only', async () => {
    expect(await find(filter('zone', 'ap-singapore-2'), 'ap-singapore')).toStrictEqual([[far], [far]])
    const code = 'InvalidZone.MismatchRegion'
    expect(await find(filter('zone', 'ap-singapore-2'), 'ap-guangzhou')).toStrictEqual([code, code])
  })
})

test('a Region of a megabyte is cut in the message', async () => {
  const { Response } = await call30(await start(), 'DescribeInstances', {
    Filters: filter('zone', 'x'),
    Region: 'r'.repeat(1e6),
  })
  expect(Response.Error.Code).toBe('InvalidZone.MismatchRegion')
  expect(Response.Error.Message.length).toBeLessThan(300)
})

test('an instance of the last year expires in that year', async () => {
  const instances = [{ instanceId: web, createdTime: '9999-12-31T00:00:00Z' }]
  const { Response } = await call(await start({ fixtures: { instances } }), 'DescribeInstances')
  expect(Response.InstanceSet[0].ExpiredTime).toBe('9999-12-31T00:00:00Z')
})

test('an instance may not have a tag key twice', async () => {
  const tags = [...details.tags, ...details.tags]
  await expect(start({ fixtures: { instances: [{ instanceId: web, tags }] } })).rejects.toThrow(
    '/instances/0/tags/1/key must differ from every key before it.',
  )
  const { url } = await start()
  const body = JSON.stringify({ instanceId: web, tags })
  const response = await fetch(`${url}/_emulator/instances`, { method: 'POST', body })
  expect([response.status, await response.json()]).toStrictEqual([
    400,
    { error: { code: 'BadRequest', message: '/tags/1/key must differ from every key before it.' } },
  ])
})

test('unknown ids are left out, and an Offset beyond the end is an empty page of all', async () => {
  const emulator = await start({ fixtures })
  const ids = ['ins-00000000', web]
  const known = [
    await call(emulator, 'DescribeInstances', list('InstanceIds', ids)),
    await call30(emulator, 'DescribeInstances', { InstanceIds: ids }),
  ]
  for (const { Response } of known) {
    expect([Response.TotalCount, Response.InstanceSet.map((one: Described) => one.InstanceId)]).toStrictEqual([
      1,
      [web],
    ])
  }
  const beyond = [
    await call(emulator, 'DescribeInstances', { Offset: '9' }),
    await call30(emulator, 'DescribeInstances', { Offset: 9 }),
  ]
  for (const { Response } of beyond) expect([Response.TotalCount, Response.InstanceSet]).toStrictEqual([4, []])
  const none = (await call30(emulator, 'DescribeInstances', { InstanceIds: ['ins-00000000'] })).Response
  expect(none).toMatchObject({ TotalCount: 0, InstanceSet: [] })
})
