import { regionOf } from '../core/regions.ts'
import type { AccountStart, StartingKeyPair, StartingState } from '../store/start.ts'
import type { Instance, Project } from '../store/store.ts'
import type { AccountFixture, CompleteFixture, InstanceFixture, KeyPairFixture, ProjectFixture } from './fixture.ts'

/**
 * What each account starts with. A section under `accounts` replaces the section at the top level, but limits are
 * replaced one by one.
 */
export function createStartingState(fixture: CompleteFixture): StartingState {
  const start = ({ numbers, ...account }: AccountFixture): AccountStart => {
    const { projects, keyPairs = [], instances = [] } = { ...fixture, ...account }
    return {
      projects: projects.map((one) => completeProject(typeof one === 'number' ? { projectId: one } : one)),
      keyPairLimit: account.limits?.keyPairs ?? fixture.limits.keyPairs,
      creates: fixture.creates,
      numbers: numbers && { lastComment: numbers.comment, creates: numbers.creates },
      keyPairs: keyPairs.map(completeKeyPair),
      instances: instances.map((instance) => completeInstance(instance)),
    }
  }
  const common = start({})
  const accounts = new Map(Object.entries(fixture.accounts ?? {}))
  // Completed at their first use, since a document may have very many accounts
  const starts = new Map<string, AccountStart>()
  return (name = '') => {
    const account = accounts.get(name)
    if (!account) return common
    const known = starts.get(name) ?? start(account)
    starts.set(name, known)
    return known
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
function completeKeyPair({ seed: _, ...fixture }: KeyPairFixture): StartingKeyPair {
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
