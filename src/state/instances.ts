import { firstOperation, type Instance, instanceStates } from '../store/store.ts'

/** An instance as a fixture or the control plane describes it: all but its id has a default. */
export interface DescribedInstance {
  readonly instanceId: string
  readonly instanceName?: string
  readonly instanceState?: (typeof instanceStates)[number]
  readonly osName?: string
  readonly projectId?: number
  readonly region?: string
  readonly zone?: string
  readonly createdTime?: string
  readonly latestOperation?: string
  readonly operationEnds?: string
  readonly keyIds?: readonly string[]
}

/** JSON Schema of a described instance. */
export const instanceSchema = {
  type: 'object',
  description:
    'an instance: instanceId and perhaps instanceName, instanceState, osName, projectId, region, zone, keyIds',
  additionalProperties: false,
  required: ['instanceId'],
  properties: {
    instanceId: { type: 'string', pattern: '^ins-[0-9a-z]{8}$', description: '`ins-` and 8 of `[0-9a-z]`' },
    instanceName: { type: 'string', description: 'a name' },
    instanceState: { type: 'string', enum: instanceStates, description: `one of ${instanceStates.join(', ')}` },
    osName: { type: 'string', description: 'an operating system; one with `Windows` in it takes no key pairs' },
    projectId: { type: 'integer', minimum: 0, description: 'a project id' },
    region: { type: 'string', minLength: 1, description: 'a region such as ap-guangzhou' },
    zone: { type: 'string', minLength: 1, description: 'a zone such as ap-guangzhou-2' },
    createdTime: { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' },
    latestOperation: { type: 'string', minLength: 1, description: 'the operation that it shows as its latest' },
    operationEnds: { type: 'string', format: 'iso-time', description: 'until when that operation is under way' },
    keyIds: { type: 'array', items: { type: 'string' }, description: 'ids of the key pairs bound to it' },
  },
} as const

/** The whole of a described instance. */
export function completeInstance({ createdTime, operationEnds, ...given }: DescribedInstance, now: Date): Instance {
  const region = given.region ?? 'ap-guangzhou'
  return {
    instanceName: 'unnamed',
    instanceState: 'STOPPED',
    osName: 'Debian 8.2 64bit',
    projectId: 0,
    zone: `${region}-2`,
    latestOperation: firstOperation,
    keyIds: [],
    ...given,
    region,
    createdTime: createdTime === undefined ? now : new Date(createdTime),
    operationEnds: new Date(operationEnds ?? 0),
  }
}
