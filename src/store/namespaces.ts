import type Database from 'better-sqlite3'
import type { AccountKeys } from './account-keys.ts'
import type { Instances, KeyPairs, NameScope, Namespace, Projects, Store } from './store.ts'

/** So many accounts are remembered as populated. */
const maxPopulated = 10_000

interface NamespaceParts {
  readonly db: Database.Database
  readonly keys: AccountKeys
  readonly nameScope: NameScope
  readonly limits: Pick<Store, 'keyPairLimit'>
  /** What belongs to an account, of which these take the value of the column. */
  readonly keyPairs: (key: string) => KeyPairs
  readonly instances: (key: string) => Instances
  readonly projects: (account: string) => Projects
  populate(namespace: Namespace, key: string): void
  assertFileInPlace(): void
}

/** Creates the access to what one account can see, which is populated at its first use. */
export function createNamespaces(parts: NamespaceParts) {
  const { db, keys, nameScope, limits, keyPairs, instances, projects, populate, assertFileInPlace } = parts
  const create = (account: string, transaction: Namespace['transaction']): Namespace => ({
    account,
    nameScope,
    keyPairLimit: () => limits.keyPairLimit(account),
    // Anew each time, because a document may be loaded while a call waits for its key
    get keyPairs() {
      return keyPairs(keys.of(account))
    },
    get projects() {
      return projects(account)
    },
    get instances() {
      return instances(keys.of(account))
    },
    transaction,
  })
  /** The accounts whose population is committed. */
  const populated = new Set<string>()

  const inTransaction = db.transaction((namespace: Namespace, work: () => unknown) => {
    assertFileInPlace()
    // Checked in each transaction because a reset may have happened since the namespace was created
    if (!populated.has(namespace.account)) populate(namespace, keys.of(namespace.account))
    return work()
  })

  return {
    of(account: string): Namespace {
      assertFileInPlace()
      const namespace = create(account, <T>(work: () => T) => {
        const result = inTransaction.immediate(namespace, work)
        // The database knows, too, who was populated; this only saves the question
        if (populated.size >= maxPopulated) populated.clear()
        populated.add(account)
        return result as T
      })
      if (!populated.has(account)) namespace.transaction(() => {})
      return namespace
    },
    clearCache: () => populated.clear(),
  }
}
