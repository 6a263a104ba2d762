import { defineAction } from '../core/action.ts'
import { bindingCodesOf30, bindingErrorsOf30, bindingSpec, updateBindings } from './binding.ts'

const name = 'DisassociateInstancesKeyPairs'

/**
 * Unbinding a key pair that is not bound succeeds: no page speaks of it, and a repeated call should have the same
 * result (docs/behaviour.md#unbinding-key-pairs-that-are-not-bound).
 */
export const disassociateInstancesKeyPairs = defineAction({
  name,
  summary: { en: 'Unbinds key pairs from instances.', zh: '从实例解绑密钥对。' },
  ...bindingSpec,
  '3.0': {
    errors: [
      ...bindingErrorsOf30,
      'FailedOperation.DisassociateKeyPairFailed',
      'UnsupportedOperation.InstanceStateBanning',
      'UnsupportedOperation.InstanceStateEnterRescueMode',
    ],
    codes: bindingCodesOf30,
  },

  handle: (context, wanted) =>
    updateBindings(context, wanted, name, (instance, keyIds) => instance.keyIds.filter((id) => !keyIds.includes(id))),
})
