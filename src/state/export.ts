import type { Config } from '../config/options.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Faults } from '../rules/rules.ts'
import type { Instance, KeyPair, Project, Store } from '../store/store.ts'
import type { Clock } from '../system/clock.ts'
import type { Ids } from '../system/ids.ts'
import {
  type AccountFixture,
  type CompleteFixture,
  completeFixture,
  documentVersion,
  type Fixture,
  type InstanceFixture,
  type KeyPairFixture,
  mergeProjects,
  type ProjectFixture,
  projectIdOf,
} from './fixture.ts'

/** The parts of an emulator whose state is exported. */
export interface StateParts {
  readonly config: Pick<Config, 'projects' | 'keyPairLimit'>
  /** The starting state of --fixtures. */
  readonly fixture: CompleteFixture
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
export function exportState(parts: StateParts): CompleteFixture {
  const { document, describers } = describeState(parts)
  return { ...document, accounts: Object.fromEntries(describers.map(([name, describe]) => [name, describe()])) }
}

/** The JSON of the same document in pieces: each account is described when its piece is read. */
export function* exportPieces(parts: StateParts): Generator<string> {
  const { document, describers } = describeState(parts)
  yield `${JSON.stringify(document).slice(0, -1)},"accounts":{`
  for (const [index, [name, describe]] of describers.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(describe())}`
  }
  yield '}}'
}

/** The document without its accounts, and for each account the function that describes it. */
function describeState({ config, fixture, store, accounts, faults, clock, ids }: StateParts) {
  const loaded = store.loadedDocument() as Fixture | undefined
  const start = loaded === undefined ? fixture : completeFixture(loaded, config, clock.now())
  const projects = store.commonProjects.list().map(describeProject)
  const projectsAtStart = new Set(start.projects.map(projectIdOf))
  const addedProjects = projects.filter(({ projectId }) => !projectsAtStart.has(projectId))
  const remaining = new Set(projects.map(projectIdOf))
  const isRemoved = (id: number) => projectsAtStart.has(id) && !remaining.has(id)
  const describeUnused = (name: string, account: AccountFixture): AccountFixture => ({
    ...account,
    ...(account.projects && {
      projects: mergeProjects(account.projects, addedProjects).filter((project) => !isRemoved(projectIdOf(project))),
    }),
    limits: { keyPairs: store.keyPairLimit(name) },
  })
  // An account with numbers is populated by an import, so it is populated here, too, if it was not used yet
  const numbered = Object.entries(start.accounts ?? {}).flatMap(([name, { numbers }]) => (numbers ? [name] : []))
  const used = new Set([...numbered, ...store.accounts()])
  const unused = Object.entries(start.accounts ?? {}).filter(([name]) => !used.has(name))
  // In the order of the members of an object, so that the pieces have the order of the whole document
  const describers = Object.entries(
    Object.fromEntries([
      ...unused.map(([name, account]) => [name, () => describeUnused(name, account)] as const),
      ...[...used].map((name) => [name, () => describeAccount(store, name)] as const),
    ]),
  )
  const state = clock.state()
  const document = {
    version: documentVersion,
    projects,
    limits: { keyPairs: store.keyPairLimit() },
    ...(start.keyPairs && { keyPairs: start.keyPairs }),
    ...(start.instances && { instances: start.instances }),
    credentials: accounts.credentials.map(({ secretId, account }) => ({
      secretId,
      ...(account !== undefined && { account }),
    })),
    faults: faults.list(),
    clock: 'frozen' in state ? { frozen: state.frozen.toISOString() } : state,
    creates: store.createCount(),
    requests: ids.requestCounts(),
  }
  return { document, describers }
}

function describeAccount(store: Store, account: string): AccountFixture {
  const { projects, keyPairLimit, keyPairs, instances } = store.namespace(account)
  const { page } = keyPairs.list({}, { offset: 0, limit: Number.MAX_SAFE_INTEGER })
  return {
    projects: projects.list().map(describeProject),
    limits: { keyPairs: keyPairLimit() },
    // Oldest first, the order in which they will be stored again
    keyPairs: [...page].sort((a, b) => a.sequence - b.sequence).map(describeKeyPair),
    instances: instances.list(undefined).reverse().map(describeInstance),
    numbers: { comment: store.lastComment(account), creates: store.createCount(account) },
  }
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
