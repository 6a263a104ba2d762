import { defineAction } from '../core/action.ts'
import { bindingCodesOf30, bindingErrorsOf30, bindingSpec, updateBindings } from './binding.ts'

const name = 'DisassociateInstancesKeyPairs'

/**
 * Unbinds key pairs. Unbinding a key pair that is not bound succeeds, so that a repeated call has the same result
 * (docs/behaviour.md#unbinding-key-pairs-that-are-not-bound).
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

  handle: (context, params) =>
    updateBindings(context, params, name, (instance, keyIds) => instance.keyIds.filter((id) => !keyIds.includes(id))),
})
