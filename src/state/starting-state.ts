import { regionOf } from '../core/regions.ts'
import type { Instance, Project } from '../store/records.ts'
import type { AccountStart, StartDocument, StartingKeyPair, StartingState } from '../store/start.ts'
import { copyText } from '../system/copy-text.ts'
import { compareAsDatabase } from './account-names.ts'
import type {
  AccountFixture,
  CompleteFixture,
  Fixture,
  InstanceFixture,
  KeyPairFixture,
  ProjectFixture,
} from './fixture.ts'

/** A document in memory, whose members are read as those of a loaded one. */
export function documentOf(fixture: CompleteFixture): StartDocument {
  const { accounts = {} } = fixture
  // Sorted at the start, and not for the first request that needs it
  const names = Object.keys(accounts).sort(compareAsDatabase)
  const member = (name: string, account?: string) =>
    ((account === undefined ? fixture : ownMember(accounts, account)) as AccountFixture | undefined)?.[
      name as keyof AccountFixture
    ]
  return {
    member,
    pages(name, account) {
      const list = member(name, account) as readonly unknown[] | undefined
      return list && pagesOf(list)
    },
    fewMembers: (account) => ownMember(accounts, account),
    has: (account) => Object.hasOwn(accounts, account),
    names(after, limit) {
      let [first, end] = [0, names.length]
      while (first < end) {
        const middle = (first + end) >> 1
        if (compareAsDatabase(names[middle] ?? '', after) > 0) end = middle
        else first = middle + 1
      }
      return names.slice(first, first + limit)
    },
  }
}

/** A list in pages; an empty list is one empty page. */
export function* pagesOf<Item>(list: readonly Item[], length = 100): Generator<readonly Item[]> {
  for (let first = 0; first === 0 || first < list.length; first += length) yield list.slice(first, first + length)
}

const ownMember = <Value>(object: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** So many accounts have what they start with kept in memory, without their key pairs and instances. */
const maxKept = 1000

/**
 * What each account starts with. A section under `accounts` replaces the section at the top level, but limits are
 * replaced one by one.
 */
export function createStartingState(document: StartDocument): StartingState {
  const read = <Name extends keyof Fixture & keyof AccountFixture>(name: Name, account?: string) =>
    document.member(name, account) as AccountFixture[Name]
  const contents = (account?: string) => ({
    keyPairs: () => (read('keyPairs', account) ?? read('keyPairs') ?? []).map(completeKeyPair),
    instances: () => (read('instances', account) ?? read('instances') ?? []).map((one) => completeInstance(one)),
  })
  const toProjects = (list: readonly (number | ProjectFixture)[]) =>
    list.map((one) => completeProject(typeof one === 'number' ? { projectId: one } : one))
  const common: AccountStart = {
    projects: toProjects(read('projects') ?? []),
    keyPairLimit: (document.member('limits') as CompleteFixture['limits']).keyPairs,
    creates: document.member('creates') as Fixture['creates'],
    numbers: () => undefined,
    ...contents(),
  }
  const start = (account: string): AccountStart => {
    let projects: AccountStart['projects'] | undefined
    return {
      get projects() {
        const own = projects ? undefined : read('projects', account)
        projects ??= own ? toProjects(own) : common.projects
        return projects
      },
      keyPairLimit: read('limits', account)?.keyPairs ?? common.keyPairLimit,
      creates: common.creates,
      numbers() {
        const numbers = document.member('numbers', account) as AccountFixture['numbers']
        return numbers && { lastComment: numbers.comment, creates: numbers.creates }
      },
      ...contents(account),
    }
  }
  const starts = new Map<string, AccountStart>()
  return (name = '') => {
    if (name === '') return common
    const known = starts.get(name)
    if (known) return known
    const found = document.has(name) ? start(name) : common
    if (starts.size >= maxKept) starts.clear()
    starts.set(copyText(name), found)
    return found
  }
}

/** The projects of the documented DescribeProject example (docs/behaviour.md#projects-out-of-the-box). */
const documentedProjects: readonly Project[] = [
  { projectId: 1002189, projectName: 'test1', projectInfo: 'info1', createdTime: new Date('2015-04-28T06:42:53Z') },
  { projectId: 1002190, projectName: 'test2', projectInfo: 'info2', createdTime: new Date('2015-04-28T06:42:57Z') },
]

/** Adds the defaults to the description of a project. */
export function completeProject(fixture: ProjectFixture, now = new Date('2015-04-28T06:42:53Z')): Project {
  const documented = documentedProjects.find(({ projectId }) => projectId === fixture.projectId)
  const defaults = { projectName: `project${fixture.projectId}`, projectInfo: '', createdTime: now, ...documented }
  return { ...defaults, ...fixture, createdTime: new Date(fixture.createdTime ?? defaults.createdTime) }
}

/** Adds the defaults to the description of a key pair, whose public key is present even if it came from a seed. */
export function completeKeyPair({ seed: _, ...fixture }: KeyPairFixture): StartingKeyPair {
  const { createdTime, projectId = 0, publicKey = '', ...given } = fixture
  const [type, base64] = publicKey.trim().split(/[ \t]+/, 2)
  return {
    ...given,
    projectId,
    publicKey: `${type} ${base64}`,
    ...(createdTime !== undefined && { createdTime: new Date(createdTime) }),
  }
}

/** Adds the defaults to the description of an instance. */
export function completeInstance(fixture: InstanceFixture, now = new Date(0)): Instance {
  const { region = 'ap-guangzhou', createdTime = now, operationEnds = 0 } = fixture
  return {
    instanceName: 'unnamed',
    instanceState: 'STOPPED',
    osName: 'Debian 8.2 64bit',
    projectId: 0,
    // The second zone of the region, or its only one
    zone: regionOf(region)?.zones.slice(0, 2).at(-1)?.zone ?? `${region}-2`,
    latestOperation: 'RunInstances',
    keyIds: [],
    ...fixture,
    region,
    createdTime: new Date(createdTime),
    operationEnds: new Date(operationEnds),
  }
}
