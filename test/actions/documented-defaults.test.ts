import { describe, expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

/**
 * The documented defaults, each tested by a request without the parameter. The documented limits are in the record of the
 * wire, which has requests at each limit and one past it.
 */
const many = Array.from({ length: 21 }, (_, index) => String(index).padStart(8, '0'))
const fixtures = {
  keyPairs: many.map((digits) => ({
    keyId: `skey-${digits}`,
    keyName: `k${digits}`,
    publicKey: publicKey(digits),
    createdTime: '2017-03-12T08:00:00Z',
    tags: digits === many[0] ? many.map((key) => ({ key, value: 'x' })) : [],
  })),
  instances: many.map((digits) => ({ instanceId: `ins-${digits}`, instanceState: 'RUNNING' as const })),
}

const newestFirst = (prefix: string) => many.map((digits) => `${prefix}-${digits}`).reverse()

test('DescribeKeyPairs returns the 20 newest by default', async () => {
  const { Response } = await call(await start({ fixtures }), 'DescribeKeyPairs')
  const ids = Response.KeyPairSet.map(({ KeyId }: { KeyId: string }) => KeyId)
  expect([Response.TotalCount, ids]).toStrictEqual([21, newestFirst('skey').slice(0, 20)])
})

test('DescribeInstances returns the 20 newest by default', async () => {
  const { Response } = await call(await start({ fixtures }), 'DescribeInstances')
  const ids = Response.InstanceSet.map(({ InstanceId }: { InstanceId: string }) => InstanceId)
  expect([Response.TotalCount, ids]).toStrictEqual([21, newestFirst('ins').slice(0, 20)])
})

test('DescribeResourceTagsByResourceIds returns the first 15 by default', async () => {
  const wanted = { ServiceType: 'cvm', ResourcePrefix: 'keypair', ResourceIds: ['skey-00000000'], ResourceRegion: '' }
  const version = { 'X-TC-Version': '2018-08-13' }
  const emulator = await start({ fixtures })
  const { Response } = await call30(emulator, 'DescribeResourceTagsByResourceIds', wanted, version)
  expect(Response).toMatchObject({ TotalCount: 21, Offset: 0, Limit: 15 })
  expect(Response.Tags.map(({ TagKey }: { TagKey: string }) => TagKey)).toStrictEqual(many.slice(0, 15))
})

describe.each(['AssociateInstancesKeyPairs', 'DisassociateInstancesKeyPairs'])('%s', (action) => {
  test('does not shut down a running instance by default', async () => {
    const emulator = await start({ fixtures })
    const wanted = { InstanceIds: ['ins-00000000'], KeyIds: ['skey-00000000'] }
    expect([
      codeOf30(await call30(emulator, action, wanted)),
      codeOf30(await call30(emulator, action, { ...wanted, ForceStop: true })),
    ]).toStrictEqual(['UnsupportedOperation.InstanceStateRunning', 'Success'])
  })
})
