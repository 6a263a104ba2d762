import { expect, test } from 'vitest'
import { call, list } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { db, details, far, fixtures, web, win } from '../support/instances.ts'

type Described = { readonly InstanceId: string }

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
  const state = await first.state.export()
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
