import type { Accounts } from '../identity/accounts.ts'
import type { Faults } from '../rules/rules.ts'
import type { Instance, KeyPair, Project } from '../store/records.ts'
import type { StartDocument } from '../store/start.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../system/clock.ts'
import type { Ids } from '../system/ids.ts'
import { namedAccounts } from './account-names.ts'
import {
  type AccountFixture,
  type CompleteFixture,
  documentVersion,
  type InstanceFixture,
  type KeyPairFixture,
  mergeProjects,
  type ProjectFixture,
  projectIdOf,
} from './fixture.ts'

/** The parts of an emulator whose state is exported. */
export interface StateParts {
  /** The starting state of --fixtures. */
  readonly start: StartDocument
  readonly store: Store
  readonly accounts: Accounts
  readonly faults: Faults
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Describes everything that accounts have, the rules and the clock as a fixture: an emulator that loads it gives the same
 * answers. It has no private keys, which are never stored, and no SecretKeys and Tokens: the emulator that loads it must
 * know them. What rules with `perSecond` or `perMinute` have counted of the current period is left out, too.
 */
export const exportState = (parts: StateParts): CompleteFixture => JSON.parse([...exportPieces(parts)].join(''))

/** The JSON of the same document in pieces, each with at most a hundred key pairs or instances, read when it is asked for. */
export function* exportPieces(parts: StateParts): Generator<string> {
  const { store } = parts
  const start = store.loadedDocument() ?? parts.start
  yield* membersOf(describeCommon(parts, start))
  yield ',"accounts":{'
  let separator = ''
  for (const { name, isUsed } of namedAccounts(store, start)) {
    yield `${separator}${JSON.stringify(name)}:`
    separator = ','
    yield* membersOf((!isUsed && describeUnused(store, start, name)) || describeUsed(store, name))
    yield '}'
  }
  yield '}}'
}

/** The members of an object, each made when it is asked for. One that is iterated is a list in pages. */
type Members = Iterable<readonly [name: string, value: unknown]>

/** The JSON of an object without its last brace. Members that are undefined are left out. */
function* membersOf(members: Members): Generator<string> {
  let text = '{'
  for (const [name, value] of members) {
    if (value === undefined) continue
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:`
    if (!isPaged(value)) {
      text += JSON.stringify(value)
      continue
    }
    yield text
    yield* listOf(value)
    text = ''
  }
  yield text
}

const isPaged = (value: unknown): value is Iterable<readonly unknown[]> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value && !Array.isArray(value)

/** The JSON of a list. */
function* listOf(pages: Iterable<readonly unknown[]>): Generator<string> {
  let separator = '['
  for (const page of pages) {
    if (page.length === 0) continue
    yield separator + JSON.stringify(page).slice(1, -1)
    separator = ','
  }
  yield separator === '[' ? '[]' : ']'
}

function* describeAll<Item>(pages: Iterable<readonly Item[]>, describe: (item: Item) => object) {
  for (const page of pages) yield page.map(describe)
}

/** The document without its accounts. */
function describeCommon({ store, accounts, faults, clock, ids }: StateParts, start: StartDocument): Members {
  const state = clock.state()
  return Object.entries({
    version: documentVersion,
    projects: store.commonProjects.list().map(describeProject),
    limits: { keyPairs: store.keyPairLimit() },
    keyPairs: start.pages('keyPairs'),
    instances: start.pages('instances'),
    credentials: accounts.credentials.map(({ secretId, account }) => ({
      secretId,
      ...(account !== undefined && { account }),
    })),
    faults: faults.list(),
    clock: 'frozen' in state ? { frozen: state.frozen.toISOString() } : state,
    creates: store.createCount(),
    requests: ids.requestCounts(),
  })
}

/** An account that was not used yet, with the changes to the projects that every account has. */
function describeUnused(store: Store, start: StartDocument, account: string): Members | undefined {
  // Of most accounts all is read at once
  const few = start.fewMembers(account) as AccountFixture | undefined
  const numbers = few ? few.numbers : start.member('numbers', account)
  // An account with numbers is populated by an import, so it is populated here, too
  if (numbers !== undefined) return undefined
  const own = few ? few.projects : (start.member('projects', account) as AccountFixture['projects'])
  return Object.entries({
    projects: own && changedProjects(store, start, own),
    limits: { keyPairs: store.keyPairLimit(account) },
    keyPairs: few ? few.keyPairs : start.pages('keyPairs', account),
    instances: few ? few.instances : start.pages('instances', account),
  })
}

function changedProjects(store: Store, start: StartDocument, own: NonNullable<AccountFixture['projects']>) {
  const common = store.commonProjects.list().map(describeProject)
  const atStart = new Set((start.member('projects') as CompleteFixture['projects']).map(projectIdOf))
  const remaining = new Set(common.map(projectIdOf))
  const added = common.filter(({ projectId }) => !atStart.has(projectId))
  const isRemoved = (id: number) => atStart.has(id) && !remaining.has(id)
  return mergeProjects(own, added).filter((project) => !isRemoved(projectIdOf(project)))
}

function* describeUsed(store: Store, account: string): Generator<readonly [string, unknown]> {
  const { projects, keyPairLimit, keyPairs, instances } = store.namespace(account)
  yield ['projects', projects.list().map(describeProject)]
  yield ['limits', { keyPairs: keyPairLimit() }]
  // Oldest first, the order in which they will be stored again
  yield ['keyPairs', describeAll(keyPairs.pages(), describeKeyPair)]
  yield ['instances', describeAll(instances.pages(), describeInstance)]
  // Last, since there may be more key pairs by then
  yield ['numbers', { comment: store.lastComment(account), creates: store.createCount(account) }]
}

/** Its members are in the same order, wherever it comes from. */
const describeProject = ({ projectId, projectName, projectInfo, createdTime }: Project): ProjectFixture => ({
  projectName,
  projectInfo,
  projectId,
  createdTime: createdTime.toISOString(),
})

function describeKeyPair(keyPair: KeyPair): KeyPairFixture {
  const { keyId, keyName, projectId, description, createdTime, usedByImage, tags } = keyPair
  const [type, base64, comment = ''] = keyPair.publicKey.split(' ')
  return {
    keyId,
    keyName,
    projectId,
    description,
    publicKey: `${type} ${base64}`,
    comment: Number(comment.replace('skey_', '')),
    createdTime: createdTime.toISOString(),
    usedByImage,
    ...(tags.length > 0 && { tags }),
  }
}

const describeInstance = ({ createdTime, operationEnds, ...instance }: Instance): InstanceFixture => ({
  ...instance,
  createdTime: createdTime.toISOString(),
  operationEnds: operationEnds.toISOString(),
})
