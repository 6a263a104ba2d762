import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const [k1, k2, k3] = ['skey-00000001', 'skey-00000002', 'skey-00000003'] as const
const [stopped, other, running, windows, pending, far] = [1, 2, 3, 4, 5, 6].map((n) => `ins-0000000${n}`) as [
  string,
  string,
  string,
  string,
  string,
  string,
]

const fixtures = {
  keyPairs: [k1, k2, k3].map((keyId) => ({ keyId, keyName: keyId.replace('-', '_'), publicKey: publicKey(keyId) })),
  instances: [
    { instanceId: stopped },
    { instanceId: other },
    { instanceId: running, instanceState: 'RUNNING' as const },
    { instanceId: windows, osName: 'Windows Server 2012 R2' },
    { instanceId: pending, instanceState: 'PENDING' as const },
    { instanceId: far, region: 'ap-singapore' },
  ],
}

type Endpoint = { readonly url: string }
const act =
  (action: string) =>
  async (endpoint: Endpoint, instances: string[], keys: string[], more: Sent = {}) =>
    (await call(endpoint, action, { ...list('InstanceIds', instances), ...list('KeyIds', keys), ...more })).Response
      .Error?.Code
const associate = act('AssociateInstancesKeyPairs')
const disassociate = act('DisassociateInstancesKeyPairs')

const instance = async (endpoint: Endpoint, id: string) =>
  (await call(endpoint, 'DescribeInstances', { 'InstanceIds.0': id })).Response.InstanceSet[0]
const bound = async (endpoint: Endpoint, id: string) => (await instance(endpoint, id)).LoginSettings.KeyIds
const instancesOf = async (endpoint: Endpoint, id: string) =>
  (await call(endpoint, 'DescribeKeyPairs', { 'KeyIds.0': id })).Response.KeyPairSet[0].AssociatedInstanceIds

test('a binding is shown by the instance and the key pair until it is removed', async () => {
  const emulator = await start({ fixtures })
  expect(await associate(emulator, [stopped, other], [k1])).toBeUndefined()
  expect([await bound(emulator, stopped), await instancesOf(emulator, k1)]).toStrictEqual([[k1], [stopped, other]])
  expect(await disassociate(emulator, [stopped], [k1, k2])).toBeUndefined()
  expect([await bound(emulator, stopped), await instancesOf(emulator, k1)]).toStrictEqual([[], [other]])
})

test('binding replaces earlier key pairs, keeps the given order, and ignores repeated ids', async () => {
  const emulator = await start({ fixtures })
  await associate(emulator, [stopped], [k1])
  await associate(emulator, [stopped, stopped], [k3, k2, k3])
  expect([await bound(emulator, stopped), await instancesOf(emulator, k1)]).toStrictEqual([[k3, k2], []])
})

test('a bound key pair cannot be deleted until it is unbound', async () => {
  const emulator = await start({ fixtures })
  const remove = async () => (await call(emulator, 'DeleteKeyPairs', { 'KeyIds.0': k1 })).Response.Error?.Code
  await associate(emulator, [stopped], [k1])
  expect(await remove()).toBe('InvalidKeyPair.NotSupported')
  await disassociate(emulator, [stopped], [k1])
  expect(await remove()).toBeUndefined()
})

describe.each([
  ['AssociateInstancesKeyPairs', associate],
  ['DisassociateInstancesKeyPairs', disassociate],
] as const)('%s', (action, change) => {
  test.each([
    ['running', running, {}, 'InvalidInstance.NotSupported'],
    ['running, ForceStop FALSE', running, { ForceStop: 'FALSE' }, 'InvalidInstance.NotSupported'],
    ['running, ForceStop TRUE', running, { ForceStop: 'TRUE' }, undefined],
    ['running, ForceStop true', running, { ForceStop: 'true' }, undefined],
    ['running, ForceStop 1', running, { ForceStop: '1' }, undefined],
    ['stopped, ForceStop TRUE', stopped, { ForceStop: 'True' }, undefined],
    ['Windows', windows, {}, 'InvalidInstance.NotSupported'],
    ['Windows, ForceStop TRUE', windows, { ForceStop: 'TRUE' }, 'InvalidInstance.NotSupported'],
    ['pending, ForceStop TRUE', pending, { ForceStop: 'TRUE' }, 'InvalidInstance.NotSupported'],
    ['in its region', far, { Region: 'ap-singapore' }, undefined],
    ['in any region', far, {}, undefined],
    ['in any region, Region empty', far, { Region: '' }, undefined],
    ['in another region', far, { Region: 'ap-guangzhou' }, 'InvalidInstanceId.NotFound'],
    ['unknown', 'ins-99999999', {}, 'InvalidInstanceId.NotFound'],
  ])('an instance that is %s', async (_what, id, more, code) => {
    const emulator = await start({ fixtures })
    expect(await change(emulator, [id], [k1], more)).toBe(code)
  })

  test('leaves a running instance running', async () => {
    const emulator = await start({ fixtures })
    await change(emulator, [running], [k1], { ForceStop: 'TRUE' })
    expect(await instance(emulator, running)).toMatchObject({
      InstanceState: 'RUNNING',
      LatestOperation: action,
      LatestOperationState: 'SUCCESS',
    })
  })

  test('is all or nothing', async () => {
    const emulator = await start({ fixtures })
    await associate(emulator, [stopped, other], [k2])
    expect([
      await change(emulator, [stopped, running], [k1, k2]),
      await change(emulator, [stopped, 'ins-99999999'], [k1, k2]),
      await change(emulator, [stopped], [k1, k2, 'skey-zzzzzzzz']),
    ]).toStrictEqual(['InvalidInstance.NotSupported', 'InvalidInstanceId.NotFound', 'InvalidKeyPairId.NotFound'])
    expect([await bound(emulator, stopped), await bound(emulator, other)]).toStrictEqual([[k2], [k2]])
  })

  test('with operation-delay shows OPERATING for that time, and refuses another operation', async () => {
    let now = Date.UTC(2017, 2, 12)
    const emulator = await start({ fixtures, operationDelay: 5000, now: () => new Date(now) })
    expect(await change(emulator, [stopped], [k1])).toBeUndefined()
    expect((await instance(emulator, stopped)).LatestOperationState).toBe('OPERATING')
    expect(await change(emulator, [stopped], [k1])).toBe('InvalidInstance.NotSupported')
    now += 4999
    expect((await instance(emulator, stopped)).LatestOperationState).toBe('OPERATING')
    now += 1
    expect((await instance(emulator, stopped)).LatestOperationState).toBe('SUCCESS')
    expect(await change(emulator, [stopped], [k1])).toBeUndefined()
  })
})

describe('DescribeInstances', () => {
  test('has pages, and selects by region', async () => {
    const emulator = await start({ fixtures })
    const ids = async (params: Sent) => {
      const { Response } = await call(emulator, 'DescribeInstances', params)
      return (
        Response.Error?.Code ?? [
          Response.TotalCount,
          ...Response.InstanceSet.map((i: { InstanceId: string }) => i.InstanceId),
        ]
      )
    }
    expect([
      await ids({ Offset: '1', Limit: '2' }),
      await ids({ Region: 'ap-singapore' }),
      await ids({ Region: 'ap-beijing' }),
      await ids({ 'InstanceIds.0': far, Region: 'ap-guangzhou' }),
      await ids({ 'InstanceIds.0': 'ins-1122' }),
      await ids({ Limit: '0' }),
      await ids({ Offset: '-1' }),
    ]).toStrictEqual([
      [6, pending, windows],
      [1, far],
      [0],
      [0],
      'InvalidInstanceId.Malformed',
      'InvalidParameterValue',
      'InvalidParameterValue',
    ])
  })
})

test('instances are added, listed and removed by the control interface', async () => {
  const emulator = await start()
  const control = async (method: string, path: string, body?: object) => {
    const init = body ? { method, body: JSON.stringify(body) } : { method }
    const response = await fetch(`${emulator.url}/_emulator/instances${path}`, init)
    return [response.status, await response.json()]
  }
  const put = { instanceId: stopped, account: 'AKIDone' }
  expect(await control('POST', '', put)).toMatchObject([
    200,
    { instance: { instanceId: stopped, instanceState: 'STOPPED' } },
  ])
  expect(await control('POST', '', { ...put, instanceState: 'RUNNING' })).toMatchObject([
    200,
    { instance: { instanceState: 'RUNNING' } },
  ])
  expect(await control('GET', '')).toStrictEqual([200, { instances: [] }])
  expect(await control('GET', '?account=AKIDone')).toMatchObject([200, { instances: [{ instanceId: stopped }] }])
  expect((await call(emulator, 'DescribeInstances', { SecretId: 'AKIDone' })).Response.TotalCount).toBe(1)
  expect((await control('DELETE', `/${stopped}`))[0]).toBe(404)
  expect(await control('DELETE', `/${stopped}?account=AKIDone`)).toStrictEqual([200, { deleted: true }])
  expect((await control('POST', '', { instanceId: 'ins-1' }))[0]).toBe(400)
  expect((await control('POST', '', { instanceId: stopped, instanceState: 'GONE' }))[0]).toBe(400)
})
