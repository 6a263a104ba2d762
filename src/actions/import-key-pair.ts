import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import { readOpenSshRsaKey } from '../core/open-ssh-key.ts'
import { newKeyPairErrors, storeKeyPair } from './new-key-pair.ts'
import { keyName, nameCodesOf30, nameErrorsOf30, projectId, tagCodesOf2017, tagSpecification } from './shared.ts'

/**
 * Imports a public key. Its comment is replaced by a generated one: Terraform removes a comment even from keys that it
 * imported without one (docs/behaviour.md#public-key-comments).
 */
export const importKeyPair = defineAction({
  name: 'ImportKeyPair',
  summary: { en: 'Registers an OpenSSH RSA public key under a name.', zh: '导入 OpenSSH RSA 公钥并命名。' },
  params: {
    KeyName: { ...keyName, required: true },
    // The documented example of 3.0 has it in quotes
    ProjectId: { ...projectId, textInJson: true },
    PublicKey: {
      type: 'string',
      description: {
        en: 'One OpenSSH line: `ssh-rsa`, the base64 of an RSA key of at least 1024 bits, optionally a comment.',
        zh: '公钥内容，OpenSSH 格式的一行：`ssh-rsa`、至少 1024 位 RSA 公钥的 Base64 编码，可附带注释。',
      },
      required: true,
      code: 'InvalidPublicKey.Malformed',
    },
    TagSpecification: tagSpecification,
  },
  response: { KeyId: { type: 'string', description: 'Id of the new key pair.' } },
  requestIdFirst: true,
  errors: [...newKeyPairErrors, 'InvalidPublicKey.Malformed', 'InvalidPublicKey.Duplicate'],
  '2017-03-12': { codes: tagCodesOf2017 },
  '3.0': {
    errors: ['InternalServerError', ...nameErrorsOf30],
    // This code is documented for CreateKeyPair only
    codes: { ...nameCodesOf30, 'FailedOperation.TagKeyReserved': 'InvalidParameterValue' },
  },
  example: {
    KeyName: 'operation_key',
    ProjectId: '0',
    PublicKey:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDP0Yw2T4itUKOJQIK69c1Asy1UO88cxEbujR5Jbr0e/Ey1v4ZKAUzDnsBnFlf4hKPA1YvMB8RBYj4GcLtM7PrKnBNNram8rgl73X/klOO8oqKv+J/XUA7KHH1Y6wcn1RTRTMdDHbGhW1q/UpfeylNTbf+wEIWhEfaL5FKQm4hqCw== skey_45071',
  },

  handle(context, { KeyName, ProjectId, PublicKey, TagSpecification = [] }) {
    const publicKey = readOpenSshRsaKey(PublicKey)
    // The error does not repeat the value, which may be a private key
    if (publicKey === undefined) {
      const detail =
        '`PublicKey` must be one line: `ssh-rsa`, the base64 of an RSA key of at least 1024 bits, and optionally a comment.'
      return fail('InvalidPublicKey.Malformed', { detail })
    }
    const stored = storeKeyPair(context, { KeyName, ProjectId, TagSpecification, publicKey, generated: false })
    if (stored === 'key taken') {
      return fail('InvalidPublicKey.Duplicate', { detail: '`PublicKey` must be unique within an account.' })
    }
    return stored.ok ? ok({ KeyId: stored.value.keyId }) : stored
  },
})
