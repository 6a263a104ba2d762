import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import type { KeyPair } from '../store/store.ts'
import { keyIds } from './shared.ts'

/**
 * Deletes the key pairs that are not in use. The call is refused only when all of them are in use
 * (docs/behaviour.md#key-pairs-in-use). Unknown ids are ignored in 2017-03-12 and refused in 3.0
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
  differences: { '2017-03-12': { unknownIds: 'ignored' }, '3.0': { unknownIds: 'refused' } },
  example: { 'KeyIds.1': 'skey-mv9yzyjj' },

  handle({ namespace }, { KeyIds }, { unknownIds }) {
    return namespace.transaction(() => {
      const found = KeyIds.map((id) => namespace.keyPairs.find(id))
      const unknown = KeyIds.find((_, index) => !found[index])
      if (unknown !== undefined && unknownIds === 'refused') {
        return fail('InvalidKeyPairId.NotFound', { value: unknown, detail: 'It is listed in `KeyIds`.' })
      }
      const existing = found.filter((keyPair) => keyPair !== undefined)
      const free = existing.filter((keyPair) => !isUsed(keyPair))
      const [used] = existing
      if (used && free.length === 0) {
        // A report of 2019 quotes this sentence, with this spelling (docs/behaviour.md#message-texts)
        const detail = `which associastes with ${used.usedByImage ? 'image' : 'instance'}.`
        return fail('InvalidKeyPair.NotSupported', { value: used.keyId, detail })
      }
      for (const { keyId } of free) namespace.keyPairs.delete(keyId)
      return ok({})
    })
  },
})

const isUsed = ({ usedByImage, associatedInstanceIds }: KeyPair) => usedByImage || associatedInstanceIds.length > 0
