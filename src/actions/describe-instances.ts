import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import type { Instance } from '../store/store.ts'
import { apiTime, instanceIds, limit, listOf, offset, text, totalCount } from './shared.ts'

/**
 * Clients that bind key pairs poll `LatestOperationState`; fields that binding does not need are left out
 * (docs/behaviour.md#fields-of-an-instance, docs/behaviour.md#operations-in-progress).
 */
export const describeInstances = defineAction({
  name: 'DescribeInstances',
  summary: { en: 'Lists instances with the key pairs bound to them.', zh: '查询实例及其绑定的密钥对。' },
  params: { InstanceIds: instanceIds, Offset: offset, Limit: limit },
  response: {
    TotalCount: totalCount,
    InstanceSet: listOf('The instances of this page.', 'An instance.', {
      InstanceId: text('Its id.'),
      InstanceName: text('Its name.'),
      InstanceState: text('RUNNING, STOPPED and others.'),
      OsName: text('Its operating system.'),
      Placement: {
        type: 'object',
        description: 'Where it is.',
        fields: { Zone: text('Its zone.'), ProjectId: { type: 'integer', description: 'Its project.' } },
      },
      LoginSettings: {
        type: 'object',
        description: 'Login settings.',
        fields: {
          KeyIds: { type: 'array', description: 'Key pairs bound to it.', items: text('Id of a key pair.') },
        },
      },
      LatestOperation: text('The latest operation.'),
      LatestOperationState: text('OPERATING or SUCCESS.'),
      CreatedTime: text('ISO 8601, UTC.'),
    }),
  },
  errors: [],
  '3.0': {
    errors: ['InternalServerError'],
    codes: { 'InvalidInstanceId.Malformed': 'InvalidParameterValue.InstanceIdMalformed' },
  },
  example: { 'InstanceIds.1': 'ins-1e4r6y8i', Offset: '0', Limit: '20' },

  handle({ namespace, region, system }, { InstanceIds, Offset, Limit }) {
    const all = namespace.instances.list(region)
    const selected = InstanceIds ? all.filter(({ instanceId }) => InstanceIds.includes(instanceId)) : all
    const page = selected.slice(Offset, Offset + Limit)
    return ok({ TotalCount: selected.length, InstanceSet: page.map((instance) => toAnswer(instance, system.now())) })
  },
})

/**
 * A running instance is shut down while key pairs are bound or unbound, and is then started again
 * (docs/behaviour.md#forcestop).
 */
const stateAt = ({ instanceState, operationEnds }: Instance, now: Date) =>
  operationEnds > now && instanceState === 'RUNNING' ? 'STOPPED' : instanceState

const toAnswer = (instance: Instance, now: Date) => ({
  InstanceId: instance.instanceId,
  InstanceName: instance.instanceName,
  InstanceState: stateAt(instance, now),
  OsName: instance.osName,
  Placement: { Zone: instance.zone, ProjectId: instance.projectId },
  LoginSettings: { KeyIds: instance.keyIds },
  LatestOperation: instance.latestOperation,
  LatestOperationState: instance.operationEnds > now ? 'OPERATING' : 'SUCCESS',
  CreatedTime: apiTime(instance.createdTime),
})
