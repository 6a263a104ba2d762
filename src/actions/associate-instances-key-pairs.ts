import { defineAction } from '../core/action.ts'
import { bindingCodesOf30, bindingErrorsOf30, bindingSpec, updateBindings } from './binding.ts'

const name = 'AssociateInstancesKeyPairs'

/**
 * Binds key pairs. They replace those that were bound before: the page says that the earlier key becomes invalid
 * (docs/behaviour.md#binding-replaces-key-pairs).
 */
export const associateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Binds key pairs to instances.', zh: '绑定密钥对到实例。' },
  ...bindingSpec,
  '3.0': {
    errors: [
      ...bindingErrorsOf30,
      'InvalidParameterValue.KeyPairNotSupported',
      'UnauthorizedOperation.MFAExpired',
      'UnauthorizedOperation.MFANotFound',
      'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate',
      'UnsupportedOperation.InstanceStateExitRescueMode',
      'UnsupportedOperation.InstanceStateIsolating',
    ],
    codes: bindingCodesOf30,
  },

  handle: (context, params) => updateBindings(context, params, name, (_instance, keyIds) => keyIds),
})
