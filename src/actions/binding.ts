import { type Action, type ActionContext, defineAction } from '../core/action.ts'
import { type ErrorCode, fail, ok, type Result, shorten } from '../core/errors.ts'
import type { Params, ParamValues } from '../core/schema.ts'
import type { Instance } from '../store/records.ts'
import { runsWindows } from './instance.ts'
import { instanceIds, keyIds } from './shared.ts'

const params = {
  InstanceIds: { ...instanceIds, required: true },
  KeyIds: keyIds,
  ForceStop: {
    type: 'boolean',
    description: {
      en: 'Whether a running instance is shut down for the change and started again.',
      zh: '是否对运行中的实例强制关机后再操作，操作完成后自动开机。',
    },
    code: 'InvalidParameterValue',
    default: false,
  },
} as const satisfies Params

/** The 3.0 codes for instances that cannot take key pairs. */
const instanceErrors = [
  'MutexOperation.TaskRunning',
  'OperationDenied.InstanceOperationInProgress',
  'UnsupportedOperation.InstanceOsWindows',
  'UnsupportedOperation.InstanceStatePending',
  'UnsupportedOperation.InstanceStateRebooting',
  'UnsupportedOperation.InstanceStateRescueMode',
  'UnsupportedOperation.InstanceStateRunning',
  'UnsupportedOperation.InstanceStateShutdown',
  'UnsupportedOperation.InstanceStateStarting',
  'UnsupportedOperation.InstanceStateStopping',
  'UnsupportedOperation.InstanceStateTerminating',
] as const

/** The 3.0 codes for states that only one of the two actions has. */
type StateError =
  | 'UnsupportedOperation.InstanceStateEnterRescueMode'
  | 'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate'
  | 'UnsupportedOperation.InstanceStateExitRescueMode'

const errors = [
  'InvalidInstanceId.NotFound',
  'InvalidInstance.NotSupported',
  'InvalidKeyPairId.NotFound',
  ...instanceErrors,
] as const

/** 2017-03-12 documents one code for all of these (docs/behaviour.md#codes-for-unfit-instances). */
const codesOf2017 = (codes: readonly ErrorCode[]) =>
  Object.fromEntries(codes.map((code) => [code, 'InvalidInstance.NotSupported'] as const))

type KeysOf = (instance: Instance, keyIds: readonly string[]) => readonly string[]

interface Binding extends Pick<Action, 'name' | 'summary'> {
  readonly stateErrors: readonly StateError[]
  /** The other codes that 3.0 documents for one of the two actions only. */
  readonly errorsOf30: readonly ErrorCode[]
  /** Returns the key pairs that an instance has after the call. */
  readonly keysOf: KeysOf
}

/** Declares one of the two actions (docs/behaviour.md#instances-that-take-key-pairs). */
export const defineBinding = ({ name, summary, stateErrors, errorsOf30, keysOf }: Binding): Action =>
  defineAction({
    name,
    summary,
    params,
    response: {},
    errors: [...errors, ...stateErrors],
    '2017-03-12': { codes: codesOf2017([...instanceErrors, ...stateErrors]) },
    '3.0': {
      errors: [
        'InternalServerError',
        'InvalidInstanceId.Malformed',
        'UnsupportedOperation.InstanceStateFreezing',
        'UnsupportedOperation.StoppedModeStopCharging',
        ...errorsOf30,
      ],
      // The tests of the Go SDK expect this code for an empty id (docs/behaviour.md#instance-ids)
      codes: { 'InvalidInstanceId.Malformed': 'InvalidParameterValue.InstanceIdMalformed' },
    },
    example: { 'InstanceIds.1': 'ins-1e4r6y8i', 'InstanceIds.2': 'ins-3e56fg78', 'KeyIds.1': 'skey-4e5ty7i8' },
    handle: (context, params) => updateBindings(context, params, { name, stateErrors, keysOf }),
  })

type BindingError = (typeof errors)[number] | StateError

/**
 * Checks every instance and key pair, and only then binds the key pairs that `keysOf` returns to each instance
 * (docs/behaviour.md#bindings-are-all-or-nothing). Until `operationEnds()` the instances then show the
 * operation as in progress (docs/behaviour.md#operations-in-progress).
 */
function updateBindings(
  { namespace, region, system, operationEnds }: ActionContext,
  { InstanceIds, KeyIds, ForceStop }: ParamValues<typeof params>,
  { name: operation, stateErrors, keysOf }: Pick<Binding, 'name' | 'stateErrors' | 'keysOf'>,
): Result<Record<never, never>, BindingError> {
  const now = system.now()
  return namespace.transaction(() => {
    const ids = [...new Set(InstanceIds)]
    const found = ids.map((id) => namespace.instances.find(id))
    const instances = found.filter((one) => one !== undefined && [undefined, one.region].includes(region)) as Instance[]
    if (instances.length < ids.length) {
      const unknown = ids.filter((id) => instances.every(({ instanceId }) => instanceId !== id))
      return instancesNotFound(unknown, region)
    }
    const busy = instances.filter((one) => one.operationEnds > now).map(({ instanceId }) => instanceId)
    for (const instance of instances) {
      const refusal = checkInstance(instance, busy, { ForceStop, operation, stateErrors })
      if (refusal) return refusal
    }
    const keyIds = [...new Set(KeyIds)]
    const unknown = keyIds.find((id) => !namespace.keyPairs.find(id))
    if (unknown !== undefined) {
      return fail('InvalidKeyPairId.NotFound', { value: unknown, detail: 'It is listed in `KeyIds`.' })
    }
    const ends = operationEnds()
    for (const instance of instances) {
      namespace.instances.bind(instance.instanceId, keysOf(instance, keyIds), operation, ends)
    }
    return ok({})
  })
}

/** The error for instances that do not exist, or are not in the Region of the request. */
const instancesNotFound = (values: readonly string[], region: string | undefined) => {
  const where = region === undefined ? 'this account' : `the Region ${shorten(region)} of this account`
  const detail = `There is no such instance in ${where}; add instances to the starting state or by POST /_emulator/instances.`
  return fail('InvalidInstanceId.NotFound', { values, detail })
}

/**
 * Returns an error when the instance cannot take key pairs. It must run Linux, have no operation in progress, and be
 * stopped, or running with ForceStop. `busy` are all that have one (docs/behaviour.md#codes-for-unfit-instances, docs/behaviour.md#forcestop).
 */
function checkInstance(
  instance: Instance,
  busy: readonly string[],
  call: { readonly ForceStop: boolean; readonly operation: string; readonly stateErrors: readonly StateError[] },
) {
  const { instanceId: value, instanceState } = instance
  const unsupported = (code: BindingError, detail: string) => fail(code, { value, values: busy, detail })
  if (runsWindows(instance))
    return unsupported('UnsupportedOperation.InstanceOsWindows', 'It runs Windows; key pairs require Linux.')
  if (busy.includes(value)) {
    const isSame = instance.latestOperation === call.operation
    const code = isSame ? 'MutexOperation.TaskRunning' : 'OperationDenied.InstanceOperationInProgress'
    return unsupported(code, `${instance.latestOperation} is in progress.`)
  }
  if (instanceState === 'STOPPED' || (instanceState === 'RUNNING' && call.ForceStop)) return undefined
  const alternative = instanceState === 'RUNNING' ? ', or `ForceStop` must be TRUE' : ''
  return unsupported(
    codeOfState(instanceState, call.stateErrors),
    `It is ${instanceState}; it must be STOPPED${alternative}.`,
  )
}

/** The code for this state, or the general code (docs/behaviour.md#codes-for-unfit-instances). */
function codeOfState(state: string, stateErrors: readonly StateError[]): BindingError {
  const words = state.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase())
  const name = `UnsupportedOperation.InstanceState${words.join('')}`
  return [...errors, ...stateErrors].find((code) => code === name) ?? 'InvalidInstance.NotSupported'
}
