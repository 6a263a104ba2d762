import { defineBinding } from './binding.ts'

/**
 * Binds key pairs. They replace those that were bound before: the page says that the earlier key becomes invalid
 * (docs/behaviour.md#binding-replaces-key-pairs).
 */
export const associateInstancesKeyPairs = defineBinding({
  name: 'AssociateInstancesKeyPairs',
  summary: { en: 'Binds key pairs to instances.', zh: '绑定密钥对到实例。' },
  stateErrors: [
    'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate',
    'UnsupportedOperation.InstanceStateExitRescueMode',
  ],
  errorsOf30: [
    'InvalidParameterValue.KeyPairNotSupported',
    'UnauthorizedOperation.MFAExpired',
    'UnauthorizedOperation.MFANotFound',
    'UnsupportedOperation.InstanceStateIsolating',
  ],
  keysOf: (_instance, keyIds) => keyIds,
})
