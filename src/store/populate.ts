import type Database from 'better-sqlite3'
import type { Ids } from '../system/ids.ts'
import type { System } from '../system/system.ts'
import type { AccountNumbers } from './account-numbers.ts'
import type { Instance } from './records.ts'
import type { StartingKeyPair, StartingState } from './start.ts'
import type { Namespace, Projects } from './store.ts'

/** An entry of a starting state that contradicts another entry or a stored row. */
export interface Conflict {
  readonly account: string
  readonly section: 'keyPairs' | 'instances'
  readonly index: number
  readonly problem: string
}

export interface PopulationParts {
  readonly ids: Ids
  readonly system: System
  /** Called for each conflict; may throw. Without it conflicting entries are skipped and the stored rows stay. */
  readonly onConflict?: ((conflict: Conflict) => void) | undefined
}

/**
 * Creates the function that populates an account from its starting state: at its first use, and again after a reset. `key` is
 * the value of the column `account`.
 */
export function createPopulation(
  db: Database.Database,
  startOf: StartingState,
  numbers: AccountNumbers,
  parts: PopulationParts,
): (namespace: Namespace, key: string) => void {
  const find = db.prepare('SELECT 1 FROM populated_accounts WHERE account = ?')
  const insert = db.prepare('INSERT INTO populated_accounts VALUES (?)')
  return (namespace, key) => {
    if (find.get(key) !== undefined) return
    const start = startOf(namespace.account)
    const keyPairs = start.keyPairs()
    const instances = start.instances()
    const startingNumbers = start.numbers()
    if (keyPairs.length + instances.length === 0 && !startingNumbers) return
    insert.run(key)
    // An exported account may have key pairs in projects that no longer exist
    const projects = startingNumbers ? undefined : namespace.projects
    addKeyPairs({ ...namespace, projects }, keyPairs, parts.system.now(), parts)
    addInstances(namespace, instances, parts)
    if (startingNumbers) numbers.set(key, startingNumbers)
  }
}

type Target = Pick<Namespace, 'account' | 'keyPairs' | 'instances'>

/** Without `projects` it is not checked whether the projects of the key pairs exist. */
export function addKeyPairs(
  { account, keyPairs, projects }: Pick<Target, 'account' | 'keyPairs'> & { readonly projects?: Projects | undefined },
  added: readonly StartingKeyPair[],
  now: Date,
  { ids, onConflict }: PopulationParts,
): void {
  for (const [index, { keyId, createdTime = now, ...keyPair }] of added.entries()) {
    const conflict = (problem: string) => onConflict?.({ account, section: 'keyPairs', index, problem })
    if (keyId !== undefined && keyPairs.find(keyId)) {
      conflict('keyId is already used by another key pair')
      continue
    }
    if (projects && !projects.has(keyPair.projectId)) {
      conflict('projectId is not a project of this account; add it to projects')
    }
    const newKeyId = (number: number, attempt: number) => keyId ?? ids.keyId(account, number, attempt)
    const inserted = keyPairs.insert({ ...keyPair, createdTime, newKeyId })
    if (inserted === 'name taken') conflict('keyName is already used by another key pair')
    if (inserted === 'key taken') conflict('publicKey is already used by another key pair')
  }
}

export function addInstances(
  { account, keyPairs, instances }: Target,
  added: readonly Instance[],
  { onConflict }: PopulationParts,
): void {
  for (const [index, { keyIds, ...instance }] of added.entries()) {
    const conflict = (problem: string) => onConflict?.({ account, section: 'instances', index, problem })
    if (!instances.add(instance)) {
      conflict('instanceId is already used by another instance')
      continue
    }
    const known = [...new Set(keyIds)].filter((keyId) => keyPairs.find(keyId))
    const unknown = keyIds.find((keyId) => !known.includes(keyId))
    if (unknown !== undefined) conflict(`keyIds has \`${unknown}\`, which is not a key pair of this account`)
    instances.bind(instance.instanceId, known, instance.latestOperation, instance.operationEnds)
  }
}
