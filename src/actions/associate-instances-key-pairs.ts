import { defineBinding } from './binding.ts'

/**
 * Binds key pairs. They replace those that were bound before: the page says that the earlier key becomes invalid
 * (docs/behaviour.md#binding-replaces-key-pairs).
 */
export const associateInstancesKeyPairs = defineBinding({
  name: 'AssociateInstancesKeyPairs',
  summary: { en: 'Binds key pairs to instances.', zh: '绑定密钥对到实例。' },
  errorsOf30: [
    'InvalidParameterValue.KeyPairNotSupported',
    'UnauthorizedOperation.MFAExpired',
    'UnauthorizedOperation.MFANotFound',
    'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate',
    'UnsupportedOperation.InstanceStateExitRescueMode',
    'UnsupportedOperation.InstanceStateIsolating',
  ],
  keysOf: (_instance, keyIds) => keyIds,
})
