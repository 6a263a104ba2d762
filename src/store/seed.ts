import type { Ids } from '../ids.js'
import { OperatorError } from '../operator-error.js'
import type { AccountStart, Namespace } from './store.js'

/** What an instance shows as its latest operation before anything was done to it. */
export const firstOperation = 'RunInstances'

/**
 * Puts the key pairs and instances that an account starts with into it.
 * OperatorError when they contradict each other, with the place in the fixture.
 */
export function seed(namespace: Namespace, start: AccountStart, ids: Ids, now: Date): void {
  const refuse = (place: string, problem: string) =>
    new OperatorError(`--fixtures: account \`${namespace.account}\`: ${place} ${problem}.`)

  for (const [index, { keyId, createdTime = now, ...keyPair }] of start.keyPairs.entries()) {
    const place = `keyPairs/${index}`
    if (keyId !== undefined && namespace.keyPairs.find(keyId)) throw refuse(`${place}/keyId`, 'is that of another')
    if (!namespace.projects.list().some(({ projectId }) => projectId === keyPair.projectId)) {
      throw refuse(`${place}/projectId`, 'is no project of this account')
    }
    const inserted = namespace.keyPairs.insert({ ...keyPair, createdTime, newKeyId: () => keyId ?? ids.keyId() })
    if (inserted === 'name taken') throw refuse(`${place}/keyName`, 'is taken by another')
    if (inserted === 'key taken') throw refuse(`${place}/publicKey`, 'is that of another')
  }
  for (const [index, { keyIds, ...instance }] of start.instances.entries()) {
    const place = `instances/${index}`
    const added = namespace.instances.add({ ...instance, latestOperation: firstOperation, operationEnds: new Date(0) })
    if (!added) throw refuse(`${place}/instanceId`, 'is that of another')
    const unknown = keyIds.find((keyId) => !namespace.keyPairs.find(keyId))
    if (unknown !== undefined) throw refuse(`${place}/keyIds`, `names \`${unknown}\`, which is no key pair here`)
    namespace.instances.bind(instance.instanceId, [...new Set(keyIds)], firstOperation, new Date(0))
  }
}
