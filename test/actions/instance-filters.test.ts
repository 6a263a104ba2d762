import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { db, far, fixtures, web, win } from '../support/instances.ts'

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
