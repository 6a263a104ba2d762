import type { Ids } from '../system/ids.ts'
import type { AccountStart, Namespace } from './store.ts'

/** Hears of a place in the fixture, and what is wrong with it. */
type Conflict = (problem: string) => void

/**
 * Puts the key pairs and instances that an account starts with into it. What is in the way, from an earlier run with
 * the same data folder, stays as it is: `conflict` is told of it, and may throw.
 */
export function seed(namespace: Namespace, start: AccountStart, ids: Ids, now: Date, conflict: Conflict): void {
  for (const [index, { keyId, createdTime = now, ...keyPair }] of start.keyPairs.entries()) {
    const place = `keyPairs/${index}`
    if (keyId !== undefined && namespace.keyPairs.find(keyId)) {
      conflict(`${place}/keyId is that of another`)
      continue
    }
    // What was exported may have key pairs in projects that are gone
    if (!start.numbers && !namespace.projects.has(keyPair.projectId)) {
      conflict(`${place}/projectId is no project of this account`)
    }
    const newKeyId = (number: number, attempt: number) => keyId ?? ids.keyId(namespace.account, number, attempt)
    const inserted = namespace.keyPairs.insert({ ...keyPair, createdTime, newKeyId })
    if (inserted === 'name taken') conflict(`${place}/keyName is taken by another`)
    if (inserted === 'key taken') conflict(`${place}/publicKey is that of another`)
  }
  for (const [index, { keyIds, ...instance }] of start.instances.entries()) {
    const place = `instances/${index}`
    if (!namespace.instances.add(instance)) {
      conflict(`${place}/instanceId is that of another`)
      continue
    }
    const known = [...new Set(keyIds)].filter((keyId) => namespace.keyPairs.find(keyId))
    const unknown = keyIds.find((keyId) => !known.includes(keyId))
    if (unknown !== undefined) conflict(`${place}/keyIds names \`${unknown}\`, which is no key pair here`)
    namespace.instances.bind(instance.instanceId, known, instance.latestOperation, instance.operationEnds)
  }
}
