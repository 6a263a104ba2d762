import { defineAction } from '../core/action.js'
import {
  bindingErrors,
  bindingParams,
  changeBindings,
  v2BindingCodes,
  v3BindingCodes,
  v3BindingErrors,
} from './binding.js'

const name = 'AssociateInstancesKeyPairs'

/** spec/key-pairs.md §6. The given keys replace what was bound before (open-questions.md 32). */
export const associateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Binds key pairs to instances.', zh: '绑定密钥对到实例。' },
  params: bindingParams,
  response: {},
  errors: bindingErrors,
  v2Codes: v2BindingCodes,
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
  example: { 'InstanceIds.1': 'ins-1e4r6y8i', 'InstanceIds.2': 'ins-3e56fg78', 'KeyIds.1': 'skey-4e5ty7i8' },

  handle: (context, wanted) => changeBindings(context, wanted, name, (_instance, keyIds) => keyIds),
})
