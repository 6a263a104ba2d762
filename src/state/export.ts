import type { Config } from '../config/options.ts'
import type { Accounts, Credential } from '../identity/accounts.ts'
import type { Faults } from '../rules/rules.ts'
import type { Instance, KeyPair, Project, Snapshot, Store } from '../store/store.ts'
import type { Clock } from '../system/clock.ts'
import { InvalidInputError } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import {
  type AccountFixture,
  type DescribedKeyPair,
  type DescribedProject,
  documentVersion,
  type Fixture,
} from './fixture.ts'
import type { DescribedInstance } from './instances.ts'

/** The parts of an emulator that have a state that can be taken along. */
export interface StateParts {
  readonly config: Pick<Config, 'projects' | 'keyPairLimit'>
  /** The time of what the starting state says nothing of. */
  readonly startedAt: Date
  /** The starting state that was given. */
  readonly fixture: Fixture
  readonly store: Store
  readonly accounts: Accounts
  readonly faults: Faults
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Everything that accounts have, rules and clock, as a fixture: an emulator that loads it answers the same. There are no
 * private keys in it, since none are kept, and no SecretKeys and Tokens: those of its credentials must be known there.
 * What a rule has counted within the present minute is not in it either.
 */
export function exportState({ config, startedAt, fixture, store, accounts, faults, clock, ids }: StateParts): Fixture {
  const loaded = store.loadedDocument()
  const start = completeDocument(loaded === undefined ? fixture : (JSON.parse(loaded) as Fixture), config, startedAt)
  const used = new Map(store.snapshot().map((snapshot) => [snapshot.account, snapshot]))
  const common = store.commonProjects.list().map(describeProject)
  const atStart = new Set(start.projects?.map(idOf))
  const added = common.filter(({ projectId }) => !atStart.has(projectId))
  const own = (name: string, special: AccountFixture): AccountFixture => ({
    ...special,
    ...(special.projects && { projects: withAdded(special.projects, added) }),
    limits: { keyPairs: store.keyPairLimit(name) },
  })
  const unused = Object.entries(start.accounts ?? {}).filter(([name]) => !used.has(name))
  const state = clock.state()
  return {
    version: documentVersion,
    projects: common,
    limits: { keyPairs: store.keyPairLimit() },
    ...(start.keyPairs && { keyPairs: start.keyPairs }),
    ...(start.instances && { instances: start.instances }),
    credentials: accounts.credentials.map(({ secretId, account }) => ({
      secretId,
      ...(account !== undefined && { account }),
    })),
    accounts: Object.fromEntries([
      ...unused.map(([name, special]) => [name, own(name, special)] as const),
      ...[...used].map(([name, snapshot]) => [name, describeAccount(snapshot)] as const),
    ]),
    faults: faults.list(),
    clock: 'frozen' in state ? { frozen: state.frozen.toISOString() } : state,
    creates: store.createCount(),
    requests: ids.requestCounts(),
  }
}

/** An older document, or one that never was exported, in the present form: it names all projects, also the usual ones. */
export function completeDocument(
  document: Fixture,
  { projects: usual, keyPairLimit }: StateParts['config'],
  time: Date,
): Fixture {
  if (document.version !== undefined) return document
  const timed = <Described extends AccountFixture>(described: Described): Described =>
    described.instances
      ? { ...described, instances: described.instances.map((one) => ({ createdTime: time.toISOString(), ...one })) }
      : described
  const complete = (projects: readonly (number | DescribedProject)[] = []) => withAdded(usual, projects)
  const accounts = Object.entries(document.accounts ?? {}).map(([name, one]) => [
    name,
    timed(one.projects ? { ...one, projects: complete(one.projects) } : one),
  ])
  return {
    ...timed(document),
    version: documentVersion,
    projects: complete(document.projects),
    limits: { keyPairs: keyPairLimit, ...document.limits },
    ...(document.accounts && { accounts: Object.fromEntries(accounts) }),
  }
}

const idOf = (project: number | DescribedProject) => (typeof project === 'number' ? project : project.projectId)

function withAdded<Item extends number | DescribedProject>(projects: readonly Item[], added: readonly Item[]): Item[] {
  const byId = new Map([...projects, ...added].map((project) => [idOf(project), project]))
  return [...byId.values()]
}

/**
 * The credentials of a document besides those that are known, which give it what it leaves out. RefusedInput for one
 * whose SecretKey nobody knows.
 */
export function completeCredentials({ credentials = [] }: Fixture, known: Accounts): Credential[] {
  const described = credentials.map(({ secretKey, ...credential }, index) => {
    const before = known.credentialOf(credential.secretId)
    const key = secretKey ?? before?.secretKey
    if (key === undefined) {
      throw new InvalidInputError(`state: /credentials/${index} has no secretKey, and none is known of its secretId.`)
    }
    const token = credential.token ?? before?.token
    return { ...credential, secretKey: key, ...(token !== undefined && { token }) }
  })
  const named = new Set(described.map(({ secretId }) => secretId))
  return [...known.credentials.filter(({ secretId }) => !named.has(secretId)), ...described]
}

const describeAccount = (snapshot: Snapshot) => ({
  projects: snapshot.projects.map(describeProject),
  limits: { keyPairs: snapshot.keyPairLimit },
  keyPairs: snapshot.keyPairs.map(describeKeyPair),
  instances: snapshot.instances.map(describeInstance),
  numbers: { comment: snapshot.lastComment, creates: snapshot.creates },
})

const describeProject = ({ createdTime, ...project }: Project): DescribedProject => ({
  ...project,
  createdTime: createdTime.toISOString(),
})

function describeKeyPair(keyPair: KeyPair): DescribedKeyPair {
  const { keyId, keyName, projectId, description, createdTime, usedByImage } = keyPair
  const [type, base64, comment = ''] = keyPair.publicKey.split(' ')
  const number = Number(comment.replace('skey_', ''))
  return {
    keyId,
    keyName,
    projectId,
    description,
    publicKey: `${type} ${base64}`,
    comment: number,
    createdTime: createdTime.toISOString(),
    usedByImage,
    ...(keyPair.tags.length > 0 && { tags: keyPair.tags }),
  }
}

const describeInstance = ({ createdTime, operationEnds, ...instance }: Instance): DescribedInstance => ({
  ...(instance as Omit<DescribedInstance, 'createdTime' | 'operationEnds'>),
  createdTime: createdTime.toISOString(),
  operationEnds: operationEnds.toISOString(),
})
