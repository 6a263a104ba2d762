import type { Config } from '../config/options.ts'
import { clockState } from '../system/clock.ts'
import { InvalidInputError, OperatorError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import { completeCredentials, completeDocument, type StateParts } from './export.ts'
import { checkFixture } from './fixture.ts'
import { assertNoContradictions } from './open-store.ts'
import { generateSeededKeys } from './seeded-keys.ts'

interface LoadParts extends StateParts {
  readonly config: Config
  readonly system: System
  /** Forgets what was made before, such as nonces. */
  forget(): void
}

/**
 * Puts a document in place of everything that accounts have, of rules and clock; wholly, or, with a
 * RefusedInput that names the place in it, not at all. It is the starting state until all is reset.
 */
export async function loadState(parts: LoadParts, document: unknown): Promise<void> {
  try {
    await load(parts, document)
  } catch (error) {
    throw error instanceof OperatorError ? new InvalidInputError(error.message) : error
  }
}

async function load(parts: LoadParts, document: unknown): Promise<void> {
  const { config, store, accounts, faults, clock, ids, system } = parts
  const described = completeDocument(
    await generateSeededKeys(checkFixture('state', document), config.keyBits),
    config,
    system.now(),
  )
  const { credentials: _, faults: rules, clock: time, requests = {}, ...lasting } = described
  const credentials = completeCredentials(described, accounts)
  assertNoContradictions('state', lasting, { config, ids, system })
  const useRules = rules ? faults.prepare(rules) : () => faults.reset(undefined, { fixtures: false })
  // Others get theirs at their first use, as with a fixture
  const used = Object.entries(lasting.accounts ?? {}).flatMap(([name, { numbers }]) => (numbers ? [name] : []))
  const before = clock.state()
  clock.load(clockState(time))
  try {
    store.load(JSON.stringify(lasting), used)
  } catch (error) {
    clock.load(before)
    throw error
  }
  parts.forget()
  accounts.setCredentials(credentials)
  useRules()
  ids.load(requests)
}
