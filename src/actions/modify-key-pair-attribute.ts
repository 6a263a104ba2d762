import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import { duplicateName } from './new-key-pair.ts'
import { keyId, keyName, nameCodesOf30 } from './shared.ts'

/** Changes name and description. A key pair may be given its current name (docs/behaviour.md#attributes-to-modify). */
export const modifyKeyPairAttribute = defineAction({
  name: 'ModifyKeyPairAttribute',
  summary: { en: 'Changes the name or the description of a key pair.', zh: '修改密钥对的名称或描述。' },
  params: {
    KeyId: { ...keyId, required: true },
    KeyName: keyName,
    Description: {
      type: 'string',
      description: { en: 'Free text of at most 60 characters.', zh: '密钥对描述信息，长度不超过 60 个字符。' },
      maxLength: { value: 60, code: 'InvalidKeyPairDescriptionTooLong' },
    },
  },
  response: {},
  errors: ['MissingParameter', 'InvalidKeyPairId.NotFound', 'InvalidKeyPairName.Duplicate'],
  '3.0': {
    errors: ['InternalServerError', 'InvalidParameter'],
    // 3.0 documents no code of its own for a bad name or description
    // (docs/behaviour.md#bad-values-in-modifykeypairattribute)
    codes: {
      InvalidKeyPairDescriptionTooLong: 'InvalidParameterValue',
      InvalidKeyPairNameEmpty: 'InvalidParameterValue',
      ...nameCodesOf30,
    },
  },
  example: { KeyId: 'skey-mv9yzyjj', KeyName: 'Tencent' },

  handle({ namespace }, { KeyId, KeyName, Description }) {
    if (KeyName === undefined && Description === undefined) {
      return fail('MissingParameter', { detail: 'Send `KeyName`, `Description` or both.' })
    }
    return namespace.transaction(() => {
      const keyPair = namespace.keyPairs.find(KeyId)
      if (!keyPair) return fail('InvalidKeyPairId.NotFound', { value: KeyId, detail: 'No key pair has this id.' })
      const change = {
        ...(KeyName !== undefined && { keyName: KeyName }),
        ...(Description !== undefined && { description: Description }),
      }
      if (!namespace.keyPairs.update(KeyId, change)) return duplicateName(namespace, KeyName ?? '', keyPair.projectId)
      return ok({})
    })
  },
})
