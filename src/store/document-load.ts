import type Database from 'better-sqlite3'
import { type AccountKeys, everyAccount } from './account-keys.ts'
import type { AccountNumbers } from './account-numbers.ts'
import type { documentTable } from './document-table.ts'
import { addInstances, addKeyPairs, type PopulationParts } from './populate.ts'
import type { DocumentPart } from './start.ts'
import type { DocumentLoad, Instances, KeyPairs } from './store.ts'

interface LoadParts {
  readonly db: Database.Database
  readonly keys: AccountKeys
  readonly documents: ReturnType<typeof documentTable>
  readonly numbers: AccountNumbers
  readonly keyPairs: (key: string) => KeyPairs
  readonly instances: (key: string) => Instances
  readonly population: PopulationParts
  assertFileInPlace(): void
  clearCaches(): void
  /** Runs when data is no longer needed. */
  onUnneeded(): void
}

/** Creates `Store.load`, and the function that says that everything was replaced, so that no load in progress can be committed. */
export function documentLoads(parts: LoadParts) {
  const { db, keys, documents, numbers, keyPairs, instances, population, assertFileInPlace } = parts
  const markPopulated = db.prepare('INSERT OR IGNORE INTO populated_accounts VALUES (?)')
  const inTransaction = db.transaction((work: () => void) => work())
  let replacements = 0

  const load = (): DocumentLoad => {
    const before = replacements
    let state: ReturnType<AccountKeys['begin']> | undefined
    const addPart = (part: DocumentPart, now: Date) => {
      state ??= keys.begin()
      const account = part.account ?? everyAccount
      const key = state.of(account)
      if ('member' in part) {
        // The count of all creates continues from the one in the document
        if (part.member === 'creates' && part.account === undefined) {
          numbers.set(key, { lastComment: undefined, creates: Number(part.value) })
        }
        documents.add(key, part.member, part.value)
        return
      }
      markPopulated.run(key)
      const target = { account, keyPairs: keyPairs(key), instances: instances(key) }
      addKeyPairs(target, part.keyPairs ?? [], now, population)
      addInstances(target, part.instances ?? [], population)
      if (part.numbers) numbers.set(key, part.numbers)
    }
    return {
      add(added, now) {
        assertFileInPlace()
        inTransaction.immediate(() => {
          for (const part of added) addPart(part, now)
        })
      },
      commit() {
        assertFileInPlace()
        if (replacements !== before) return false
        try {
          inTransaction.immediate(() => state?.show())
          replacements++
        } finally {
          // After a rollback, too
          parts.clearCaches()
        }
        return true
      },
      end() {
        if (!state) return
        state.end()
        parts.onUnneeded()
      },
    }
  }
  return { load, noteReplacement: () => void replacements++ }
}
