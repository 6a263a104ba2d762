import type { Config } from '../config/options.ts'
import type { Credential } from '../identity/accounts.ts'
import { readCredential } from '../identity/credential.ts'
import { OperatorError } from '../system/errors.ts'
import { maxCredentials } from '../system/limits.ts'
import type { FromSchema } from '../system/schema-type.ts'
import type { accountSchema, fixtureSchema, instanceSchema, keyPairSchema, projectSchema } from './schema.ts'

/** The version of the documents that we write; older ones can be read, newer ones cannot. */
export const documentVersion = 1

/** A starting state, as docs/starting-states.md documents it, or an exported state, which has a version. */
export interface Fixture extends FromSchema<typeof fixtureSchema> {}

/** The part of a fixture that describes one account or, at the top level, every account. */
export interface AccountFixture extends FromSchema<typeof accountSchema> {}

export interface KeyPairFixture extends FromSchema<typeof keyPairSchema> {}

export interface InstanceFixture extends FromSchema<typeof instanceSchema> {}

type ProjectItem = FromSchema<typeof projectSchema>
export type ProjectFixture = Exclude<ProjectItem, number>

/** A fixture that no longer depends on options: it has every project, the limit and the times of its instances. */
export interface CompleteFixture extends Fixture {
  readonly version: number
  readonly projects: readonly ProjectItem[]
  readonly limits: { readonly keyPairs: number }
}

/**
 * Fills in what a checked fixture leaves to the options. A document with a version was exported and has all its projects
 * already. Completing a complete fixture changes nothing.
 */
export function completeFixture(
  fixture: Fixture,
  { projects, keyPairLimit }: Pick<Config, 'projects' | 'keyPairLimit'>,
  now: Date,
): CompleteFixture {
  const usualProjects = fixture.version === undefined ? projects : []
  const complete = <Part extends AccountFixture>(part: Part): Part => ({
    ...part,
    ...(part.projects && { projects: mergeProjects(usualProjects, part.projects) }),
    ...(part.instances && {
      instances: part.instances.map((instance) => ({ createdTime: now.toISOString(), ...instance })),
    }),
  })
  const accounts = Object.entries(fixture.accounts ?? {}).map(([name, account]) => [name, complete(account)])
  return {
    ...complete({ ...fixture, projects: fixture.projects ?? [] }),
    version: documentVersion,
    limits: { keyPairs: keyPairLimit, ...fixture.limits },
    ...(fixture.accounts && { accounts: Object.fromEntries(accounts) }),
  }
}

export const projectIdOf = (project: ProjectItem) => (typeof project === 'number' ? project : project.projectId)

/** Of two projects with the same id the later one counts. */
export function mergeProjects(projects: readonly ProjectItem[], added: readonly ProjectItem[]): ProjectItem[] {
  return [...new Map([...projects, ...added].map((project) => [projectIdOf(project), project])).values()]
}

/**
 * The credentials of a document and the known ones that it does not mention. A known credential supplies the SecretKey and
 * Token that the document leaves out, as exported states do. OperatorError when no SecretKey is known, or there are too many.
 */
export function completeCredentials(
  name: string,
  { credentials = [] }: Fixture,
  known: readonly Credential[],
): Credential[] {
  const bySecretId = new Map(known.map((credential) => [credential.secretId, credential]))
  const completed = credentials.map((credential, index) => {
    const { secretKey, token } = { ...bySecretId.get(credential.secretId), ...credential }
    bySecretId.delete(credential.secretId)
    if (secretKey === undefined) {
      throw new OperatorError(
        `${name}: /credentials/${index} has no secretKey, and none is known for its secretId. Add the SecretKey that the client signs with.`,
      )
    }
    return { ...credential, secretKey, ...(token !== undefined && { token }) }
  })
  const all = [...bySecretId.values(), ...completed]
  if (all.length <= maxCredentials) return all
  throw new OperatorError(
    `${name}: /credentials and those that the emulator has already may be ${maxCredentials} in all, not ${all.length}.`,
  )
}

/**
 * The credentials at the start: those of --fixtures and those of --credential, each `SecretId:SecretKey`. OperatorError when
 * both have a SecretKey for one SecretId.
 */
export function startingCredentials(fixture: Fixture, given: readonly string[] = []): Credential[] {
  const known = given.flatMap((text) => readCredential(text) ?? [])
  const isGiven = new Set(known.map(({ secretId }) => secretId))
  const twice = fixture.credentials?.findIndex(
    ({ secretId, secretKey }) => secretKey !== undefined && isGiven.has(secretId),
  )
  if (twice !== undefined && twice >= 0) {
    throw new OperatorError(
      `--fixtures: /credentials/${twice} has a secretKey, and --credential has one for the same SecretId. Remove one of them.`,
    )
  }
  return completeCredentials('--fixtures', fixture, known)
}

/** Returns what is wrong when two items of the list at `path` have the same value under a name; undefined when nothing is. */
export function checkUnique<Item extends object>(path: string, name: keyof Item & string, items: readonly Item[]) {
  const seen = new Set<unknown>()
  const index = items.findIndex(({ [name]: value }) => {
    const isRepeated = value !== undefined && seen.has(value)
    seen.add(value)
    return isRepeated
  })
  return index < 0 ? undefined : `${path}/${index}/${name} must differ from every ${name} before it.`
}
