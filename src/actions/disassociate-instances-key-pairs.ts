import { defineAction } from '../core/action.ts'
import { bindingDeclaration, changeBindings, v3BindingCodes, v3BindingErrors } from './binding.ts'

const name = 'DisassociateInstancesKeyPairs'

/** spec/key-pairs.md §7. A key pair that is not bound to an instance is no error (open-questions.md 33). */
export const disassociateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Unbinds key pairs from instances.', zh: '从实例解绑密钥对。' },
  ...bindingDeclaration,
  v3: {
    errors: [
      ...v3BindingErrors,
      'FailedOperation.DisassociateKeyPairFailed',
      'UnsupportedOperation.InstanceStateBanning',
      'UnsupportedOperation.InstanceStateEnterRescueMode',
    ],
    codes: v3BindingCodes,
  },

  handle: (context, wanted) =>
    changeBindings(context, wanted, name, (instance, keyIds) => instance.keyIds.filter((id) => !keyIds.includes(id))),
})
