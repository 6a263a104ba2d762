import type { Field, Fields } from '../core/answer.ts'
import type { Instance } from '../store/records.ts'
import { apiTime, listOf, tagFields, text } from './shared.ts'

type Constant = string | number | boolean | readonly Constant[] | { readonly [name: string]: Constant }

/** The members of an instance that the emulator has no model for (docs/behaviour.md#fields-of-an-instance). */
const constants = {
  CPU: 2,
  Memory: 2,
  RestrictState: 'NORMAL',
  InstanceChargeType: 'PREPAID',
  SystemDisk: { DiskType: 'CLOUD_PREMIUM', DiskId: 'disk-4rnslbwq', DiskSize: 50, Encrypt: false, KmsKeyId: '' },
  DataDisks: [],
  InternetAccessible: { InternetChargeType: 'BANDWIDTH_PREPAID', InternetMaxBandwidthOut: 1, PublicIpAssigned: true },
  VirtualPrivateCloud: { VpcId: 'vpc-4e78ea76', SubnetId: 'subnet-6d7kj98i', AsVpcGateway: false },
  RenewFlag: 'NOTIFY_AND_MANUAL_RENEW',
  SecurityGroupIds: ['sg-7y3fi8e3'],
  LatestOperationRequestId: '00000000-0000-4000-8000-000000000000',
  LatestOperationErrorMsg: '',
  DisasterRecoverGroupId: '',
  DisasterRecoverGroupIds: [],
  IPv6Addresses: [],
  PublicIPv6Addresses: [],
  CamRoleName: '',
  HpcClusterId: '',
  RdmaIpAddresses: [],
  DedicatedClusterId: '',
  IsolatedSource: 'NOTISOLATED',
  LicenseType: 'TencentCloud',
  DisableApiTermination: false,
} as const satisfies Readonly<Record<string, Constant>>

function fieldOf(value: Constant): Field {
  const description = `Always \`${JSON.stringify(value)}\`.`
  if (typeof value === 'string') return { type: 'string', description }
  if (typeof value === 'number') return { type: 'integer', description }
  if (typeof value === 'boolean') return { type: 'boolean', description }
  if (isList(value)) return { type: 'array', description, items: fieldOf(value[0] ?? '') }
  return { type: 'object', description, fields: fieldsOf(value) }
}

const isList = (value: Constant): value is readonly Constant[] => Array.isArray(value)

const fieldsOf = (values: { readonly [name: string]: Constant }): Fields =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fieldOf(value)]))

/** The members of an instance. */
export const instanceFields: Fields = {
  InstanceId: text('Its id.'),
  InstanceName: text('Its name.'),
  InstanceState: text('RUNNING, STOPPED and others.'),
  InstanceType: text('Its type.'),
  ImageId: text('Its image.'),
  OsName: text('Its operating system.'),
  Placement: {
    type: 'object',
    description: 'Where it is.',
    fields: {
      Zone: text('Its zone.'),
      ProjectId: { type: 'integer', description: 'Its project.' },
      HostId: text('Always empty.'),
    },
  },
  PrivateIpAddresses: { type: 'array', description: 'Its private addresses.', items: text('An address.') },
  PublicIpAddresses: { type: 'array', description: 'Its public addresses.', items: text('An address.') },
  LoginSettings: {
    type: 'object',
    description: 'Login settings.',
    fields: { KeyIds: { type: 'array', description: 'Key pairs bound to it.', items: text('Id of a key pair.') } },
  },
  DefaultLoginUser: text('`root`, with Windows `Administrator`.'),
  DefaultLoginPort: { type: 'integer', description: '22, with Windows 3389.' },
  Tags: listOf('Its tags.', 'A tag.', tagFields),
  Uuid: text('A UUID made from its id.'),
  StopChargingMode: text('KEEP_CHARGING while it is stopped, else NOT_APPLICABLE.'),
  LatestOperation: text('The latest operation.'),
  LatestOperationState: text('OPERATING or SUCCESS.'),
  CreatedTime: text('ISO 8601, UTC.'),
  ExpiredTime: text('One year later.'),
  ...fieldsOf(constants),
}

/** Whether key pairs cannot be bound to it (docs/behaviour.md#instances-that-take-key-pairs). */
export const runsWindows = ({ osName }: Instance): boolean => /windows/i.test(osName)

/**
 * A running instance is shut down while key pairs are bound or unbound, and is then started again
 * (docs/behaviour.md#forcestop).
 */
export const stateAt = ({ instanceState, operationEnds }: Instance, now: Date) =>
  operationEnds > now && instanceState === 'RUNNING' ? 'STOPPED' : instanceState

/** The last year that a time in an answer can have. */
const lastYear = 9999

/** An instance as DescribeInstances answers it at this time. What the starting state leaves out follows from its id. */
export function describeInstance(instance: Instance, now: Date) {
  const { instanceId, createdTime, operationEnds, tags = [] } = instance
  const number = Number.parseInt(instanceId.slice('ins-'.length), 36)
  const bytes = [16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256)
  const state = stateAt(instance, now)
  const expires = new Date(createdTime)
  expires.setUTCFullYear(Math.min(expires.getUTCFullYear() + 1, lastYear))
  return {
    ...constants,
    InstanceId: instanceId,
    InstanceName: instance.instanceName,
    InstanceState: state,
    InstanceType: instance.instanceType ?? 'S5.MEDIUM2',
    ImageId: instance.imageId ?? 'img-0vbqvzfn',
    OsName: instance.osName,
    Placement: { Zone: instance.zone, ProjectId: instance.projectId, HostId: '' },
    PrivateIpAddresses: instance.privateIpAddresses ?? [`10.${bytes.join('.')}`],
    PublicIpAddresses: instance.publicIpAddresses ?? [`203.0.113.${(number % 254) + 1}`],
    LoginSettings: { KeyIds: instance.keyIds },
    DefaultLoginUser: runsWindows(instance) ? 'Administrator' : 'root',
    DefaultLoginPort: runsWindows(instance) ? 3389 : 22,
    Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
    Uuid: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    StopChargingMode: state === 'STOPPED' ? 'KEEP_CHARGING' : 'NOT_APPLICABLE',
    LatestOperation: instance.latestOperation,
    LatestOperationState: operationEnds > now ? 'OPERATING' : 'SUCCESS',
    CreatedTime: apiTime(createdTime),
    ExpiredTime: apiTime(expires),
  }
}
