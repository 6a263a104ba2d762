import { defineAction } from '../core/action.ts'
import { bindingDeclaration, changeBindings, v3BindingCodes, v3BindingErrors } from './binding.ts'

const name = 'AssociateInstancesKeyPairs'

/**
 * The given key pairs replace those that were bound: the page says that the earlier key becomes invalid
 * (docs/behaviour.md#binding-replaces-key-pairs).
 */
export const associateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Binds key pairs to instances.', zh: '绑定密钥对到实例。' },
  ...bindingDeclaration,
  v3: {
    errors: [
      ...v3BindingErrors,
      'InvalidParameterValue.KeyPairNotSupported',
      'UnauthorizedOperation.MFAExpired',
      'UnauthorizedOperation.MFANotFound',
      'UnsupportedOperation.InstanceStateEnterServiceLiveMigrate',
      'UnsupportedOperation.InstanceStateExitRescueMode',
      'UnsupportedOperation.InstanceStateIsolating',
    ],
    codes: v3BindingCodes,
  },

  handle: (context, wanted) => changeBindings(context, wanted, name, (_instance, keyIds) => keyIds),
})
