import type Database from 'better-sqlite3'
import type { Ids } from '../system/ids.ts'
import type { System } from '../system/system.ts'
import type { AccountNumbers } from './account-numbers.ts'
import type { AccountStart, StartingState } from './start.ts'
import type { Namespace } from './store.ts'

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

/** Creates the function that populates an account from its starting state: at its first use, and again after a reset. */
export function createPopulation(
  db: Database.Database,
  startOf: StartingState,
  numbers: AccountNumbers,
  parts: PopulationParts,
): (namespace: Namespace) => void {
  const markPopulated = db.prepare('INSERT OR IGNORE INTO populated_accounts VALUES (?)')
  return (namespace) => {
    const { account } = namespace
    const start = startOf(account)
    if (start.keyPairs.length + start.instances.length === 0 && !start.numbers) return
    if (markPopulated.run(account).changes === 0) return
    addKeyPairs(namespace, start, parts)
    addInstances(namespace, start, parts)
    if (start.numbers) numbers.set(start.numbers.lastComment, start.numbers.creates, account)
  }
}

function addKeyPairs(namespace: Namespace, start: AccountStart, { ids, system, onConflict }: PopulationParts): void {
  const { account, projects, keyPairs } = namespace
  const now = system.now()
  for (const [index, { keyId, createdTime = now, ...keyPair }] of start.keyPairs.entries()) {
    const conflict = (problem: string) => onConflict?.({ account, section: 'keyPairs', index, problem })
    if (keyId !== undefined && keyPairs.find(keyId)) {
      conflict('keyId is already used by another key pair')
      continue
    }
    // An exported account may have key pairs in projects that no longer exist
    if (!start.numbers && !projects.has(keyPair.projectId)) {
      conflict('projectId is not a project of this account; add it to projects')
    }
    const newKeyId = (number: number, attempt: number) => keyId ?? ids.keyId(account, number, attempt)
    const inserted = keyPairs.insert({ ...keyPair, createdTime, newKeyId })
    if (inserted === 'name taken') conflict('keyName is already used by another key pair')
    if (inserted === 'key taken') conflict('publicKey is already used by another key pair')
  }
}

function addInstances(namespace: Namespace, start: AccountStart, { onConflict }: PopulationParts): void {
  const { account, keyPairs, instances } = namespace
  for (const [index, { keyIds, ...instance }] of start.instances.entries()) {
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
