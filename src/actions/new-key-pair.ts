import type { ActionContext } from '../core/action.ts'
import { type Failure, fail, ok, type Result } from '../core/errors.ts'
import type { KeyPair } from '../store/records.ts'
import type { Namespace } from '../store/store.ts'

/** The codes of the checks that CreateKeyPair and ImportKeyPair share. */
export const newKeyPairErrors = [
  'InvalidProjectId.NotFound',
  'InvalidKeyPairName.Duplicate',
  'InvalidKeyPair.LimitExceeded',
] as const

type NewKeyPairError = (typeof newKeyPairErrors)[number]

interface NewKeyPair {
  readonly KeyName: string
  readonly ProjectId: number
  readonly TagSpecification: readonly { readonly Tags: readonly { readonly Key: string; readonly Value: string }[] }[]
  readonly publicKey: string
  readonly generated: boolean
}

/** Checks and stores a key pair in one transaction. Returns `key taken` when the account already has the public key. */
export function storeKeyPair(
  { namespace, ids, system }: ActionContext,
  { KeyName, ProjectId, TagSpecification, publicKey, generated }: NewKeyPair,
): Result<KeyPair, NewKeyPairError> | 'key taken' {
  const tags = TagSpecification.flatMap(({ Tags }) => Tags.map(({ Key, Value }) => ({ key: Key, value: Value })))
  return namespace.transaction(() => {
    const refusal = checkNewKeyPair(namespace, { KeyName, ProjectId })
    if (refusal) return refusal
    const inserted = namespace.keyPairs.insert({
      newKeyId: (number, attempt) => ids.keyId(namespace.account, number, attempt),
      keyName: KeyName,
      projectId: ProjectId,
      publicKey,
      generated,
      tags,
      createdTime: system.now(),
    })
    if (inserted === 'name taken') return duplicateName(namespace, KeyName, ProjectId)
    return inserted === 'key taken' ? inserted : ok(inserted)
  })
}

/**
 * Returns an error when the key pair cannot be stored. The project is checked first, then the name, then the limit
 * (docs/behaviour.md#order-of-the-checks-of-a-new-key-pair).
 */
export function checkNewKeyPair(
  namespace: Namespace,
  { KeyName, ProjectId }: Pick<NewKeyPair, 'KeyName' | 'ProjectId'>,
): Failure<NewKeyPairError> | undefined {
  const { keyPairs } = namespace
  if (!namespace.projects.has(ProjectId)) {
    const projects = namespace.projects.list().map(({ projectId }) => projectId)
    const listed = projects.length > 10 ? `${projects.slice(0, 10).join(', ')}, …` : projects.join(', ')
    const detail = `Existing projects: ${listed}. Add one with --projects, a fixture, AddProject or POST /_emulator/projects.`
    return fail('InvalidProjectId.NotFound', { value: String(ProjectId), detail })
  }
  if (keyPairs.hasName(ProjectId, KeyName)) return duplicateName(namespace, KeyName, ProjectId)
  const count = keyPairs.count(ProjectId)
  // Read here, because it may have changed while the call waited for a key
  const keyPairLimit = namespace.keyPairLimit()
  if (count >= keyPairLimit) {
    const pairs = keyPairLimit === 1 ? 'key pair' : 'key pairs'
    const detail = `The limit is ${keyPairLimit} ${pairs} per ${namespace.nameScope}; ${scopeName(namespace, ProjectId)} already has ${count}.`
    return fail('InvalidKeyPair.LimitExceeded', { detail })
  }
  if (keyPairs.areNumbersUsedUp()) {
    const detail = 'A counter in the loaded state is at its maximum, so that no further key pair can be numbered.'
    return fail('InvalidKeyPair.LimitExceeded', { detail })
  }
  return undefined
}

export const duplicateName = (namespace: Namespace, KeyName: string, ProjectId: number) =>
  fail('InvalidKeyPairName.Duplicate', {
    value: KeyName,
    detail: `\`KeyName\` must be unique within ${namespace.nameScope === 'project' ? 'a project' : 'an account'}; ${scopeName(namespace, ProjectId)} already has it.`,
  })

const scopeName = ({ nameScope, account }: Namespace, ProjectId: number) =>
  nameScope === 'project' ? `project ${ProjectId}` : `account \`${account}\``
