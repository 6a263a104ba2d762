import type { AccountStart, Project, StartingKeyPair, StartingState } from '../store/store.ts'
import type { DescribedKeyPair, DescribedProject, Fixture } from './fixture.ts'
import { completeInstance } from './instances.ts'

interface Defaults {
  readonly projects: readonly number[]
  readonly keyPairLimit: number
}

type Special = NonNullable<Fixture['accounts']>[string]

/**
 * With what each account starts: the projects of the options and those of the fixture, the fixture's limit or that of
 * the options, the fixture's key pairs and instances. What the fixture says of an account stands in place of what it
 * says of every account. `now` is the time of what has none of its own.
 */
export function createStartingState(defaults: Defaults, fixture: Fixture, now: Date): StartingState {
  const start = ({ numbers, ...special }: Special): AccountStart => {
    const { projects = [], keyPairs = [], instances = [] } = { ...fixture, ...special }
    const limits = { ...fixture.limits, ...special.limits }
    return {
      // What was exported has them all
      projects: [...(fixture.version === undefined ? defaults.projects : []), ...projects].map((project) =>
        completeProject(typeof project === 'number' ? { projectId: project } : project),
      ),
      keyPairLimit: limits.keyPairs ?? defaults.keyPairLimit,
      ...(fixture.creates !== undefined && { creates: fixture.creates }),
      ...(numbers && {
        numbers: {
          ...(numbers.comment !== undefined && { lastComment: numbers.comment }),
          ...(numbers.creates !== undefined && { creates: numbers.creates }),
        },
      }),
      keyPairs: keyPairs.map(completeKeyPair),
      instances: instances.map((instance) => completeInstance(instance, now)),
    }
  }
  const common = start({})
  const accounts = new Map(Object.entries(fixture.accounts ?? {}).map(([name, special]) => [name, start(special)]))
  return (account) => (account === undefined ? common : (accounts.get(account) ?? common))
}

/** The projects of the documented DescribeProject example (docs/behaviour.md#projects-out-of-the-box). */
const documentedProjects: readonly Project[] = [
  {
    projectId: 1002189,
    projectName: 'test1',
    projectInfo: 'info1',
    createdTime: new Date('2015-04-28T14:42:53+08:00'),
  },
  {
    projectId: 1002190,
    projectName: 'test2',
    projectInfo: 'info2',
    createdTime: new Date('2015-04-28T14:42:57+08:00'),
  },
]

/** The whole of a described project. */
export function completeProject(described: DescribedProject, now = new Date('2015-04-28T14:42:53+08:00')): Project {
  const documented = documentedProjects.find(({ projectId }) => projectId === described.projectId)
  const { createdTime, ...given } = described
  const named = { projectName: `project${described.projectId}`, projectInfo: '', createdTime: now }
  return { ...named, ...documented, ...given, ...(createdTime !== undefined && { createdTime: new Date(createdTime) }) }
}

/** Keys that follow from a seed have been generated before. */
function completeKeyPair({
  createdTime,
  projectId = 0,
  publicKey = '',
  seed: _,
  ...given
}: DescribedKeyPair): StartingKeyPair {
  const [type, base64] = publicKey.trim().split(/[ \t]+/, 2)
  return {
    ...given,
    projectId,
    publicKey: `${type} ${base64}`,
    ...(createdTime !== undefined && { createdTime: new Date(createdTime) }),
  }
}
