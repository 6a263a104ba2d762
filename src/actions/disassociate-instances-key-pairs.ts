import { defineBinding } from './binding.ts'

/**
 * Unbinds key pairs. Unbinding a key pair that is not bound succeeds, so that a repeated call has the same result
 * (docs/behaviour.md#unbinding-key-pairs-that-are-not-bound).
 */
export const disassociateInstancesKeyPairs = defineBinding({
  name: 'DisassociateInstancesKeyPairs',
  summary: { en: 'Unbinds key pairs from instances.', zh: '从实例解绑密钥对。' },
  stateErrors: ['UnsupportedOperation.InstanceStateEnterRescueMode'],
  errorsOf30: ['FailedOperation.DisassociateKeyPairFailed', 'UnsupportedOperation.InstanceStateBanning'],
  keysOf: (instance, keyIds) => instance.keyIds.filter((id) => !keyIds.includes(id)),
})
