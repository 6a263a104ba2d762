import { firstOperation, type Instance, instanceStates } from '../store/store.ts'
import type { FromSchema } from './schema-type.ts'

/** An instance in a fixture or in the control interface. */
export const instanceSchema = {
  type: 'object',
  description:
    'an instance: instanceId and optionally instanceName, instanceState, osName, projectId, region, zone, keyIds',
  additionalProperties: false,
  required: ['instanceId'],
  properties: {
    instanceId: { type: 'string', pattern: '^ins-[0-9a-z]{8}$', description: '`ins-` and 8 of `[0-9a-z]`' },
    instanceName: { type: 'string', description: 'a name' },
    instanceState: { type: 'string', enum: instanceStates, description: `one of ${instanceStates.join(', ')}` },
    osName: {
      type: 'string',
      description: 'an operating system; key pairs cannot be bound to one whose name contains `Windows`',
    },
    projectId: { type: 'integer', minimum: 0, description: 'a project id' },
    region: { type: 'string', minLength: 1, description: 'a region such as ap-guangzhou' },
    zone: { type: 'string', minLength: 1, description: 'a zone such as ap-guangzhou-2' },
    createdTime: { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' },
    latestOperation: { type: 'string', minLength: 1, description: 'its latest operation' },
    operationEnds: { type: 'string', format: 'iso-time', description: 'the time at which that operation ends' },
    keyIds: { type: 'array', items: { type: 'string' }, description: 'ids of the key pairs bound to it' },
  },
} as const

export interface InstanceFixture extends FromSchema<typeof instanceSchema> {}

/** Adds the defaults to the description of an instance. */
export function completeInstance(fixture: InstanceFixture, now = new Date(0)): Instance {
  const { region = 'ap-guangzhou', createdTime = now, operationEnds = 0 } = fixture
  return {
    instanceName: 'unnamed',
    instanceState: 'STOPPED',
    osName: 'Debian 8.2 64bit',
    projectId: 0,
    zone: `${region}-2`,
    latestOperation: firstOperation,
    keyIds: [],
    ...fixture,
    region,
    createdTime: new Date(createdTime),
    operationEnds: new Date(operationEnds),
  }
}
