import { type Failure, fail, shorten } from '../core/errors.ts'
import { regionOf, regions } from '../core/regions.ts'
import type { Instance } from '../store/records.ts'
import { type Filter, kindOf, tagKeyOf } from './filters.ts'
import type { describeInstance } from './instance.ts'
import { instanceId, ipv4 } from './shared.ts'

type Described = ReturnType<typeof describeInstance>

interface InstanceFilter {
  /** Whether an instance has this value. `name` is that of the filter. */
  matches(instance: Described, value: string, name: string): boolean
  /** The form of a value, and the code for another form. */
  readonly form?: { isValid?(value: string): boolean; readonly pattern: RegExp; readonly code: FilterCode }
}

/** A filter for instances one of whose values equals the value of the filter. */
const equal = (read: (instance: Described) => string | readonly string[], form?: InstanceFilter['form']) => ({
  matches: (instance: Described, value: string) => [read(instance)].flat().includes(value),
  ...(form && { form }),
})

/** The codes for values of a filter. */
export const filterCodes = [
  'InvalidHostId.Malformed',
  'InvalidInstanceId.Malformed',
  'InvalidParameterValue.IPAddressMalformed',
  'InvalidParameterValue.IPv6AddressMalformed',
  'InvalidParameterValue.InvalidTimeFormat',
  'InvalidParameterValue.SubnetIdMalformed',
  'InvalidParameterValue.UuidMalformed',
  'InvalidParameterValue.VpcIdMalformed',
  'InvalidSgId.Malformed',
] as const
type FilterCode = (typeof filterCodes)[number]

const address = { pattern: ipv4, code: 'InvalidParameterValue.IPAddressMalformed' } as const

/** The form of the times in answers, which are in UTC. */
const toAnswerTime = (value: string) => `${value.replace(' ', 'T')}Z`
const time = {
  pattern: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  isValid: (value: string) => !Number.isNaN(Date.parse(toAnswerTime(value))),
  code: 'InvalidParameterValue.InvalidTimeFormat',
} as const

/** The filters of both versions of the API (docs/behaviour.md#filters-of-instances). */
const filtersOf2017: Readonly<Record<string, InstanceFilter>> = {
  zone: equal(({ Placement }) => Placement.Zone),
  'project-id': equal(({ Placement }) => `${Placement.ProjectId}`),
  'host-id': equal(({ Placement }) => Placement.HostId, {
    pattern: /^host-[0-9a-z]{8}$/,
    code: 'InvalidHostId.Malformed',
  }),
  'instance-id': equal(({ InstanceId }) => InstanceId, {
    pattern: instanceId.pattern.value,
    code: instanceId.pattern.code,
  }),
  'instance-name': { matches: ({ InstanceName }, value) => InstanceName.includes(value) },
  'instance-charge-type': equal(({ InstanceChargeType }) => InstanceChargeType),
  'private-ip-address': equal(({ PrivateIpAddresses }) => PrivateIpAddresses.slice(0, 1), address),
  'public-ip-address': equal(({ PublicIpAddresses }) => PublicIpAddresses.slice(0, 1), address),
}

const filtersOf30: Readonly<Record<string, InstanceFilter>> = {
  ...filtersOf2017,
  'dedicated-cluster-id': equal(({ DedicatedClusterId }) => DedicatedClusterId),
  'vpc-id': equal(({ VirtualPrivateCloud }) => VirtualPrivateCloud.VpcId, {
    pattern: /^vpc-[0-9a-z]{8}$/,
    code: 'InvalidParameterValue.VpcIdMalformed',
  }),
  'subnet-id': equal(({ VirtualPrivateCloud }) => VirtualPrivateCloud.SubnetId, {
    pattern: /^subnet-[0-9a-z]{8}$/,
    code: 'InvalidParameterValue.SubnetIdMalformed',
  }),
  uuid: equal(({ Uuid }) => Uuid, {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    code: 'InvalidParameterValue.UuidMalformed',
  }),
  'security-group-id': equal(({ SecurityGroupIds }) => SecurityGroupIds, {
    pattern: /^sg-[0-9a-z]{8}$/,
    code: 'InvalidSgId.Malformed',
  }),
  'instance-state': equal(({ InstanceState }) => InstanceState),
  'ipv6-address': equal(({ IPv6Addresses }) => IPv6Addresses, {
    pattern: /^[0-9a-f]*:[0-9a-f:.]*$/i,
    code: 'InvalidParameterValue.IPv6AddressMalformed',
  }),
  'tag-key': equal(({ Tags }) => Tags.map(({ Key }) => Key)),
  'tag-value': equal(({ Tags }) => Tags.map(({ Value }) => Value)),
  'tag:<key>': {
    matches: ({ Tags }, value, name) => Tags.some(({ Key, Value }) => Key === tagKeyOf(name) && Value === value),
  },
  'creation-start-time': { matches: ({ CreatedTime }, value) => CreatedTime >= toAnswerTime(value), form: time },
  'creation-end-time': { matches: ({ CreatedTime }, value) => CreatedTime <= toAnswerTime(value), form: time },
}

/** The filters of a version of the API, by their names. */
export const instanceFilters = { '2017-03-12': filtersOf2017, '3.0': filtersOf30 } as const

type InstanceFilters = Readonly<Record<string, InstanceFilter>>

/** Returns an error for the first value that does not have the form of its filter. */
export function findMalformed(filters: readonly Filter[], known: InstanceFilters): Failure<FilterCode> | undefined {
  for (const { Name, Values } of filters) {
    const form = known[kindOf(Name)]?.form
    const value = form && Values.find((text) => !form.pattern.test(text) || form.isValid?.(text) === false)
    if (value !== undefined) {
      const detail = `It is a value of the filter \`${Name}\`.`
      return fail(form?.code ?? 'InvalidInstanceId.Malformed', { parameter: 'Filters', value, detail })
    }
  }
  return undefined
}

/** Returns an error for the first zone that the region does not have, and none of the account's instances is in. */
export function findUnknownZone(
  filters: readonly Filter[],
  instances: readonly Instance[],
  region: string | undefined,
): Failure<'InvalidZone.MismatchRegion'> | undefined {
  const ofRegion = region === undefined ? regions.flatMap(({ zones }) => zones) : (regionOf(region)?.zones ?? [])
  const known = new Set([...ofRegion, ...instances].map(({ zone }) => zone))
  const zones = filters.flatMap(({ Name, Values }) => (Name === 'zone' ? Values : []))
  const value = zones.find((zone) => !known.has(zone))
  if (value === undefined) return undefined
  const where =
    region === undefined ? 'No region has it.' : `DescribeZones lists the zones of the Region \`${shorten(region)}\`.`
  return fail('InvalidZone.MismatchRegion', { value, detail: where })
}

/** Whether an instance matches every filter, and of each filter one value. */
export const matchesAll = (instance: Described, filters: readonly Filter[], known: InstanceFilters): boolean =>
  filters.every(({ Name, Values }) =>
    Values.some((value) => known[kindOf(Name)]?.matches(instance, value, Name) ?? false),
  )
