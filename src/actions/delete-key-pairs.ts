import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import type { KeyPair } from '../store/records.ts'
import { keyIds } from './shared.ts'

/**
 * Deletes the key pairs that are not in use. The call is refused only when all of them are in use
 * (docs/behaviour.md#key-pairs-in-use). With an unknown id nothing is deleted
 * (docs/behaviour.md#unknown-ids-in-deletekeypairs).
 */
export const deleteKeyPairs = defineAction({
  name: 'DeleteKeyPairs',
  summary: { en: 'Deletes key pairs that are not in use.', zh: '删除未被使用的密钥对。' },
  params: { KeyIds: keyIds },
  response: {},
  errors: ['InvalidKeyPair.NotSupported', 'InvalidKeyPairId.NotFound'],
  '3.0': {
    errors: ['InternalServerError', 'InvalidKeyPair.LimitExceeded', 'InvalidParameterValue'],
    codes: { 'InvalidKeyPair.NotSupported': 'InvalidParameterValue.KeyPairNotSupported' },
  },
  example: { 'KeyIds.1': 'skey-mv9yzyjj' },

  handle({ namespace }, { KeyIds }) {
    return namespace.transaction(() => {
      const keyPairs: KeyPair[] = []
      for (const id of KeyIds) {
        const keyPair = namespace.keyPairs.find(id)
        if (!keyPair) return fail('InvalidKeyPairId.NotFound', { value: id, detail: 'It is listed in `KeyIds`.' })
        keyPairs.push(keyPair)
      }
      const free = keyPairs.filter((keyPair) => !isUsed(keyPair))
      const [used] = keyPairs
      if (used && free.length === 0) {
        const { keyId, associatedInstanceIds } = used
        const [user, detail] = used.usedByImage
          ? ['image', 'It is associated with an image.']
          : ['instance', `It is associated with ${associatedInstanceIds.join(', ')}; unbind it first.`]
        // A report of 2019 on 3.0 quotes this sentence, with this spelling (docs/behaviour.md#message-texts)
        const wording = `The request does not support the key pair \`{value}\` which associastes with ${user}.`
        return fail('InvalidKeyPair.NotSupported', { value: keyId, wording, detail })
      }
      for (const { keyId } of free) namespace.keyPairs.delete(keyId)
      return ok({})
    })
  },
})

const isUsed = ({ usedByImage, associatedInstanceIds }: KeyPair) => usedByImage || associatedInstanceIds.length > 0
