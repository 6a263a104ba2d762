import type { Config } from '../config/options.ts'
import { createAccounts } from '../identity/accounts.ts'
import type { FaultRule } from '../rules/rule.ts'
import { clockState } from '../system/clock.ts'
import { InvalidInputError, OperatorError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import type { StateParts } from './export.ts'
import { completeCredentials, completeFixture, type Fixture } from './fixture.ts'
import { assertNoSecrets } from './no-secrets.ts'
import { assertNoContradictions } from './open-store.ts'
import { readFixture, type SeededKeys } from './read-fixture.ts'

export interface LoadParts extends StateParts {
  readonly config: Config
  readonly threads: SeededKeys['threads']
  readonly system: System
  /** Tells the operator what may be wrong with rules. */
  warnOfRules(rules: readonly FaultRule[]): void
  /** Drops what parts outside of the document remember of earlier requests, such as nonces. */
  clearCaches(): void
}

/**
 * Replaces everything that accounts have, the rules and the clock by a document, which is the starting state until a full
 * reset. InvalidInputError with the path in the document when something in it is wrong, and CallerGone when `gone` is
 * aborted before the document was read; then nothing is changed.
 */
export async function loadState(parts: LoadParts, document: unknown, gone?: AbortSignal): Promise<void> {
  try {
    const { config, threads } = parts
    replaceState(parts, await readFixture('state', document, { ...config, threads }, gone))
  } catch (error) {
    throw error instanceof OperatorError ? new InvalidInputError(error.message) : error
  }
}

function replaceState(parts: LoadParts, document: Fixture): void {
  const { config, store, accounts, faults, clock, ids, system } = parts
  const fixture = completeFixture(document, config, system.now())
  const { credentials: _, faults: rules, clock: time, requests = {}, ...stored } = fixture
  const credentials = completeCredentials('state', fixture, accounts.credentials)
  assertNoSecrets('state', fixture, createAccounts(config.accounts, credentials, config.controlToken))
  assertNoContradictions('state', stored, { config, ids, system })
  const applyRules = rules ? faults.prepare(rules) : () => faults.reset(undefined, { fixtures: false })
  // An account with numbers was in use when it was exported; the others are populated at their first use
  const used = Object.entries(stored.accounts ?? {}).flatMap(([name, { numbers }]) => (numbers ? [name] : []))
  const previousClock = clock.state()
  clock.load(clockState(time))
  try {
    store.load(stored, used)
  } catch (error) {
    clock.load(previousClock)
    throw error
  }
  parts.clearCaches()
  accounts.setCredentials(credentials)
  applyRules()
  ids.load(requests)
  parts.warnOfRules(rules ?? [])
}
