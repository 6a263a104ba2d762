import { defineAction } from '../core/action.ts'
import { bindingDeclaration, changeBindings, v3BindingCodes, v3BindingErrors } from './binding.ts'

const name = 'AssociateInstancesKeyPairs'

/** spec/key-pairs.md §6. The given keys replace what was bound before (open-questions.md 32). */
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
