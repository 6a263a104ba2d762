import { defineAction } from '../core/action.ts'
import { bindingDeclaration, changeBindings, v3BindingCodes, v3BindingErrors } from './binding.ts'

const name = 'DisassociateInstancesKeyPairs'

/**
 * Unbinding a key pair that is not bound succeeds: no page speaks of it, and a repeated call should have the same
 * result (docs/behaviour.md#unbinding-key-pairs-that-are-not-bound).
 */
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
