import type { ActionContext } from '../core/action.ts'
import { type Failure, fail, ok, type Result } from '../core/errors.ts'
import type { Params } from '../core/schema.ts'
import type { Instance } from '../store/store.ts'
import { instanceId, keyId } from './shared.ts'

/** What AssociateInstancesKeyPairs and DisassociateInstancesKeyPairs have in common (spec/key-pairs.md §6, §7). */

const atMost100 = { value: 100, code: 'InvalidParameterValue.LimitExceeded' } as const

const params = {
  InstanceIds: {
    type: 'array',
    description: 'Ids of instances, at most 100.',
    required: true,
    items: instanceId,
    maxItems: atMost100,
  },
  KeyIds: {
    type: 'array',
    description: 'Ids of key pairs, at most 100.',
    required: true,
    items: keyId,
    maxItems: atMost100,
  },
  ForceStop: {
    type: 'boolean',
    description: 'Whether running instances are shut down by force for it; they run again afterwards.',
    code: 'InvalidParameterValue',
    default: false,
  },
} as const satisfies Params

/** Why an instance cannot take key pairs, as 3.0 tells it. */
const unfit = [
  'MutexOperation.TaskRunning',
  'OperationDenied.InstanceOperationInProgress',
  'UnsupportedOperation.InstanceOsWindows',
  'UnsupportedOperation.InstanceStatePending',
  'UnsupportedOperation.InstanceStateRebooting',
  'UnsupportedOperation.InstanceStateRunning',
  'UnsupportedOperation.InstanceStateShutdown',
  'UnsupportedOperation.InstanceStateStarting',
  'UnsupportedOperation.InstanceStateStopping',
  'UnsupportedOperation.InstanceStateTerminating',
] as const

const errors = [
  'InvalidInstanceId.NotFound',
  'InvalidInstance.NotSupported',
  'InvalidKeyPairId.NotFound',
  ...unfit,
] as const

/** All that 2017-03-12 has for it (open-questions.md 30). */
const v2Codes = Object.fromEntries(unfit.map((code) => [code, 'InvalidInstance.NotSupported'])) as Readonly<
  Record<(typeof unfit)[number], 'InvalidInstance.NotSupported'>
>

/** What the declarations of both have alike. */
export const bindingDeclaration = {
  params,
  response: {},
  errors,
  v2Codes,
  example: { 'InstanceIds.1': 'ins-1e4r6y8i', 'InstanceIds.2': 'ins-3e56fg78', 'KeyIds.1': 'skey-4e5ty7i8' },
} as const

/** What both lists of 3.0 have (spec/v3-differences.md). */
export const v3BindingErrors = [
  ...errors,
  'InternalServerError',
  'InvalidInstanceId.Malformed',
  'InvalidKeyPairId.Malformed',
  'InvalidParameterValue',
  'InvalidParameterValue.InstanceIdMalformed',
  'InvalidParameterValue.LimitExceeded',
  'MissingParameter',
  'UnsupportedOperation.InstanceStateFreezing',
  'UnsupportedOperation.InstanceStateRescueMode',
  'UnsupportedOperation.StoppedModeStopCharging',
] as const

/** As the SDKs' own tests against the service had it for an id that is empty (spec/v3-differences.md). */
export const v3BindingCodes = { 'InvalidInstanceId.Malformed': 'InvalidParameterValue.InstanceIdMalformed' } as const

type BindingError = (typeof errors)[number]

interface Wanted {
  readonly InstanceIds: readonly string[]
  readonly KeyIds: readonly string[]
  readonly ForceStop: boolean
}

/**
 * Checks every instance and key pair, and only then gives each instance what `keysOf` says: all or nothing
 * (open-questions.md 34). For `operationDelay` milliseconds the instances then show that the operation is under way.
 */
export function changeBindings(
  { namespace, region, system, operationDelay }: ActionContext,
  { InstanceIds, KeyIds, ForceStop }: Wanted,
  operation: string,
  keysOf: (instance: Instance, keyIds: readonly string[]) => readonly string[],
): Result<Record<never, never>, BindingError> {
  const now = system.now()
  return namespace.transaction(() => {
    const instances: Instance[] = []
    for (const id of new Set(InstanceIds)) {
      const instance = namespace.instances.find(id)
      if (!instance || (region !== undefined && region !== instance.region)) return unknownInstance(id, region)
      const refusal = refuseInstance(instance, ForceStop, operation, now)
      if (refusal) return refusal
      instances.push(instance)
    }
    const keyIds = [...new Set(KeyIds)]
    const unknown = keyIds.find((id) => !namespace.keyPairs.find(id))
    if (unknown !== undefined) {
      return fail('InvalidKeyPairId.NotFound', { value: unknown, detail: '`KeyIds` names it.' })
    }
    const ends = new Date(now.getTime() + operationDelay)
    for (const instance of instances) {
      namespace.instances.bind(instance.instanceId, keysOf(instance, keyIds), operation, ends)
    }
    return ok({})
  })
}

/** The answer to an instance that does not exist, or not in the region that the caller named. */
export const unknownInstance = (id: string, region: string | undefined): Failure<'InvalidInstanceId.NotFound'> =>
  fail('InvalidInstanceId.NotFound', {
    value: id,
    detail: region === undefined ? '`InstanceIds` names it.' : `\`InstanceIds\` names it in \`Region\` ${region}.`,
  })

/** Linux only, stopped, or running with ForceStop (open-questions.md 30, 31); nothing else under way. */
function refuseInstance(
  instance: Instance,
  forceStop: boolean,
  operation: string,
  now: Date,
): Failure<BindingError> | undefined {
  const { instanceId: value, instanceState, operationEnds } = instance
  const refuse = (code: BindingError, detail: string) => fail(code, { value, detail })
  if (isWindows(instance))
    return refuse('UnsupportedOperation.InstanceOsWindows', 'It runs Windows; key pairs are for Linux.')
  if (operationEnds > now) {
    const isSame = instance.latestOperation === operation
    const code = isSame ? 'MutexOperation.TaskRunning' : 'OperationDenied.InstanceOperationInProgress'
    return refuse(code, `${instance.latestOperation} is under way.`)
  }
  if (instanceState === 'STOPPED' || (instanceState === 'RUNNING' && forceStop)) return undefined
  const hint = instanceState === 'RUNNING' ? ', or `ForceStop` be TRUE' : ''
  return refuse(codeOfState(instanceState), `It is ${instanceState}; it must be STOPPED${hint}.`)
}

/** The code that names a state, if there is one (open-questions.md 30). */
function codeOfState(state: string): BindingError {
  const name = `UnsupportedOperation.InstanceState${state.charAt(0)}${state.slice(1).toLowerCase()}`
  return errors.find((code) => code === name) ?? 'InvalidInstance.NotSupported'
}

/** Key pairs are for Linux only (spec/key-pairs.md §6). */
const isWindows = ({ osName }: Instance): boolean => /windows/i.test(osName)
