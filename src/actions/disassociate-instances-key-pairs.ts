import { defineAction } from '../core/action.js'
import {
  bindingErrors,
  bindingParams,
  changeBindings,
  v2BindingCodes,
  v3BindingCodes,
  v3BindingErrors,
} from './binding.js'

const name = 'DisassociateInstancesKeyPairs'

/** spec/key-pairs.md §7. A key pair that is not bound to an instance is no error (open-questions.md 33). */
export const disassociateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Unbinds key pairs from instances.', zh: '从实例解绑密钥对。' },
  params: bindingParams,
  response: {},
  errors: bindingErrors,
  v2Codes: v2BindingCodes,
  v3: {
    errors: [
      ...v3BindingErrors,
      'FailedOperation.DisassociateKeyPairFailed',
      'UnsupportedOperation.InstanceStateBanning',
      'UnsupportedOperation.InstanceStateEnterRescueMode',
    ],
    codes: v3BindingCodes,
  },
  example: { 'InstanceIds.1': 'ins-1e4r6y8i', 'InstanceIds.2': 'ins-3e56fg78', 'KeyIds.1': 'skey-4e5ty7i8' },

  handle: (context, wanted) =>
    changeBindings(context, wanted, name, (instance, keyIds) => instance.keyIds.filter((id) => !keyIds.includes(id))),
})
