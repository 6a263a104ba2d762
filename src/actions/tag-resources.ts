import type { Tag } from '../store/records.ts'
import type { Namespace } from '../store/store.ts'

/** The types of resources that have tags here, by their names in the tag service. */
export const resourcePrefixes = ['keypair', 'instance'] as const

/** A resource with its tags, which can be replaced. */
interface Tagged {
  readonly tags: readonly Tag[]
  setTags(tags: readonly Tag[]): void
}

/** The resource with this id; undefined when there is none. */
export function resourceOf({ keyPairs, instances }: Namespace, prefix: string, id: string): Tagged | undefined {
  if (prefix === 'keypair') {
    const keyPair = keyPairs.find(id)
    return keyPair && { tags: keyPair.tags, setTags: (tags) => keyPairs.setTags(id, tags) }
  }
  const instance = prefix === 'instance' ? instances.find(id) : undefined
  return instance && { tags: instance.tags ?? [], setTags: (tags) => instances.setTags(id, tags) }
}
