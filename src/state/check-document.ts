import type { Config } from '../config/options.ts'
import { type Credential, createAccounts } from '../identity/accounts.ts'
import type { DocumentPart } from '../store/start.ts'
import { OperatorError } from '../system/errors.ts'
import { createIds } from '../system/ids.ts'
import { parseJson } from '../system/json.ts'
import { createSystem } from '../system/system.ts'
import { type CompleteFixture, completeCredentials, completeFixture, type Fixture } from './fixture.ts'
import { assertNoSecrets } from './no-secrets.ts'
import { assertNoContradictions } from './open-store.ts'
import { type MakePublicKeys, readFixture } from './read-fixture.ts'
import { createStartingState, documentOf, pagesOf } from './starting-state.ts'

/** What a document is checked against. It can be sent to a thread. */
export interface CheckContext {
  readonly config: Pick<Config, 'accounts' | 'controlToken' | 'nameScope' | 'projects' | 'keyPairLimit' | 'seed'>
  /** Those that are known already. */
  readonly credentials: readonly Credential[]
  readonly now: Date
}

/** A document without errors. */
export interface CheckedDocument {
  /** What the store does not keep. */
  readonly rest: Pick<Fixture, 'credentials' | 'faults' | 'clock' | 'requests'>
  /** What it keeps, in portions that take a few milliseconds to store. */
  readonly portions: Iterable<readonly DocumentPart[]>
}

/** Whether an error says what is wrong with a document. */
export const isProblem = (error: unknown): error is OperatorError => error instanceof OperatorError

/** Reads and checks the text of a document. Errors as `readFixture`. */
export async function checkDocument(
  text: string,
  { config, credentials: known, now }: CheckContext,
  makePublicKeys: MakePublicKeys,
): Promise<CheckedDocument> {
  const given = text === '' ? null : parseJson(text, 'state: the text')
  const fixture = completeFixture(await readFixture('state', given, makePublicKeys), config, now)
  const { credentials = [], faults, clock, requests, ...stored } = fixture
  const completed = completeCredentials('state', fixture, known)
  assertNoSecrets('state', fixture, createAccounts(config.accounts, completed, config.controlToken))
  const system = createSystem({ seed: config.seed, now: () => now })
  assertNoContradictions('state', stored, { nameScope: config.nameScope, ids: createIds(system), system })
  const rest = { credentials, ...(faults && { faults }), ...(clock && { clock }), ...(requests && { requests }) }
  return { rest, portions: portionsOf(stored) }
}

/** In items of lists, and their tags. */
const portionSize = 100

const sizeOf = (items: readonly { readonly tags?: readonly unknown[] }[]) =>
  items.reduce((sum, { tags = [] }) => sum + 1 + tags.length, 0)

function* portionsOf(document: CompleteFixture): Generator<readonly DocumentPart[]> {
  let portion: DocumentPart[] = []
  let size = 0
  for (const part of partsOf(document)) {
    portion.push(part)
    const [items] = Object.values(part).filter(Array.isArray)
    size += items ? sizeOf(items) : 1
    if (size < portionSize) continue
    yield portion
    portion = []
    size = 0
  }
  yield portion
}

function* partsOf(document: CompleteFixture): Generator<DocumentPart> {
  const { version: _, $schema: _schema, accounts = {}, ...common } = document
  for (const [member, value] of Object.entries(common)) yield* partsOfMember({ member }, value)
  const startOf = createStartingState(documentOf(document))
  for (const [account, members] of Object.entries(accounts)) {
    // An account without members is one that is known
    for (const [member, value] of Object.entries({ limits: {}, ...members })) {
      yield* partsOfMember({ member, account }, value)
    }
    // An account with numbers was in use when it was exported; the others are populated at their first use
    const start = startOf(account)
    const numbers = start.numbers()
    if (!numbers) continue
    for (const page of pagesOf(start.keyPairs(), 10)) yield { account, keyPairs: page }
    for (const page of pagesOf(start.instances(), 10)) yield { account, instances: page }
    yield { account, numbers }
  }
}

function* partsOfMember(of: { member: string; account?: string }, value: unknown): Generator<DocumentPart> {
  if (!Array.isArray(value)) yield { ...of, value }
  else for (const page of pagesOf(value)) yield { ...of, value: page }
}
