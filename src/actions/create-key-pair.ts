import { defineAction } from '../core/action.js'
import { fail, ok } from '../core/errors.js'
import type { Namespace } from '../store/store.js'
import { keyName, projectId } from './shared.js'

/** spec/key-pairs.md §1. */
export const createKeyPair = defineAction({
  name: 'CreateKeyPair',
  summary: {
    en: 'Creates an RSA key pair and returns its private key once; it is not stored.',
    zh: '创建 RSA 密钥对，私钥只返回这一次，不保存。',
  },
  params: { KeyName: keyName, ProjectId: projectId },
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
  errors: ['InvalidProjectId.NotFound', 'InvalidKeyPairName.Duplicate', 'InvalidKeyPair.LimitExceeded'],
  example: { KeyName: 'Tencent', ProjectId: '0' },

  async handle({ namespace, keys, ids, system }, { KeyName, ProjectId }) {
    const refusal = refuse(namespace, KeyName, ProjectId)
    if (refusal) return refusal

    const key = await keys.next()
    // While a key was made, others may have taken the name or the last place: decide anew, and in one transaction.
    const result = namespace.transaction(() => {
      const refusal = refuse(namespace, KeyName, ProjectId)
      if (refusal) return refusal
      const keyPair = namespace.insertKeyPair({
        newKeyId: ids.keyId,
        keyName: KeyName,
        projectId: ProjectId,
        description: '',
        publicKey: `${key.publicKey} skey_${namespace.nextCommentNumber()}`,
        createdTime: system.now(),
      })
      return keyPair ? ok(keyPair) : taken(namespace, KeyName, ProjectId)
    })
    if (!result.ok) {
      keys.giveBack(key)
      return result
    }
    const { keyId, publicKey } = result.value
    return ok({ KeyPair: { KeyId: keyId, KeyName, ProjectId, PublicKey: publicKey, PrivateKey: key.privateKey } })
  },
})

/** What stands in the way of a new key pair of this name in this project, in the order of design.md. */
function refuse(namespace: Namespace, KeyName: string, ProjectId: number) {
  const projects = namespace.projectIds()
  if (!projects.includes(ProjectId)) {
    const some = projects.length > 10 ? `${projects.slice(0, 10).join(', ')}, …` : projects.join(', ')
    const detail = `\`ProjectId\` may be one of ${some}; add one with --projects, a fixture, or POST /_emulator/projects.`
    return fail('InvalidProjectId.NotFound', { value: String(ProjectId), detail })
  }
  if (namespace.hasKeyPairNamed(ProjectId, KeyName)) return taken(namespace, KeyName, ProjectId)
  const count = namespace.countKeyPairs(ProjectId)
  if (count >= namespace.keyPairLimit) {
    const detail = `${scope(namespace, ProjectId)} holds ${count}, and ${namespace.keyPairLimit} are allowed.`
    return fail('InvalidKeyPair.LimitExceeded', { detail })
  }
  return undefined
}

const taken = (namespace: Namespace, KeyName: string, ProjectId: number) =>
  fail('InvalidKeyPairName.Duplicate', {
    value: KeyName,
    detail: `\`KeyName\` must be unique: ${scope(namespace, ProjectId)} has it already.`,
  })

const scope = ({ nameScope, account }: Namespace, ProjectId: number) =>
  nameScope === 'project' ? `the project of \`ProjectId\` ${ProjectId}` : `the account \`${account}\``
