import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { checkNewKeyPair, newKeyPairErrors, storeKeyPair } from './new-key-pair.ts'
import { keyName, nameCodesOf30, nameErrorsOf30, projectId, tagCodesOf2017, tagSpecification } from './shared.ts'

/** The private key is returned once and is never stored (docs/behaviour.md#private-key-format). */
export const createKeyPair = defineAction({
  name: 'CreateKeyPair',
  summary: {
    en: 'Creates an RSA key pair and returns its private key once; it is not stored.',
    zh: '创建 RSA 密钥对，私钥只返回这一次，不保存。',
  },
  params: { KeyName: { ...keyName, required: true }, ProjectId: projectId, TagSpecification: tagSpecification },
  response: {
    KeyPair: {
      type: 'object',
      description: 'The new key pair.',
      fields: {
        KeyId: { type: 'string', description: '`skey-` and 8 of `[0-9a-z]`.' },
        KeyName: { type: 'string', description: 'As sent.' },
        ProjectId: { type: 'integer', description: 'As sent.' },
        PublicKey: { type: 'string', description: 'One OpenSSH line: `ssh-rsa`, base64, comment.' },
        PrivateKey: { type: 'string', description: 'PKCS#1 PEM.' },
      },
    },
  },
  errors: newKeyPairErrors,
  '2017-03-12': { codes: tagCodesOf2017 },
  '3.0': { errors: ['InternalServerError', ...nameErrorsOf30], codes: nameCodesOf30 },
  example: { KeyName: 'Tencent', ProjectId: '0' },

  handle(context, { KeyName, ProjectId, TagSpecification = [] }) {
    const { namespace, keys, caller } = context
    const refusal = checkNewKeyPair(namespace, { KeyName, ProjectId })
    if (refusal) return refusal

    return keys.next({
      account: namespace.account,
      caller,
      // Other requests may have taken the name or reached the limit while the key was generated
      use({ privateKey, publicKey }) {
        const stored = storeKeyPair(context, { KeyName, ProjectId, TagSpecification, publicKey, generated: true })
        if (stored === 'key taken') return 'known already'
        if (!stored.ok) return stored
        const { keyId, publicKey: line } = stored.value
        return ok({ KeyPair: { KeyId: keyId, KeyName, ProjectId, PublicKey: line, PrivateKey: privateKey } })
      },
    })
  },
})
