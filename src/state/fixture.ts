import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import { actions } from '../actions/index.ts'
import { upperFirst } from '../core/params.ts'
import type { Credential } from '../identity/accounts.ts'
import { contradictionIn, type FaultRule } from '../rules/rule.ts'
import type { Tag } from '../store/store.ts'
import { messageOf, OperatorError } from '../system/errors.ts'
import { fixtureFormats } from './formats.ts'
import type { DescribedInstance } from './instances.ts'
import { fixtureSchema } from './schema.ts'

/** The version of the documents that are written; older ones are read, newer ones refused. */
export const documentVersion = 1

/** A key pair as a fixture describes it. */
export interface DescribedKeyPair {
  readonly keyName: string
  /** One OpenSSH line; or `seed` from which a key is generated. */
  readonly publicKey?: string
  readonly seed?: string
  readonly comment?: number
  readonly keyId?: string
  readonly projectId?: number
  readonly description?: string
  readonly createdTime?: string
  readonly usedByImage?: boolean
  readonly tags?: readonly Tag[]
}

/** A project as a fixture describes it. */
export interface DescribedProject {
  readonly projectId: number
  readonly projectName?: string
  readonly projectInfo?: string
  readonly createdTime?: string
}

/** What a fixture says of one account, or at its top level of every account. */
export interface AccountFixture {
  readonly projects?: readonly (number | DescribedProject)[]
  readonly limits?: { readonly keyPairs?: number }
  readonly keyPairs?: readonly DescribedKeyPair[]
  readonly instances?: readonly DescribedInstance[]
}

/** How far the numbers of an account have come. */
interface Numbers {
  readonly comment?: number
  readonly creates?: number
}

/** A starting state, as docs/starting-states.md documents it; with a version, one that was exported. */
export interface Fixture extends AccountFixture {
  readonly version?: number
  readonly credentials?: readonly (Omit<Credential, 'secretKey'> & { readonly secretKey?: string })[]
  readonly accounts?: Readonly<Record<string, AccountFixture & { readonly numbers?: Numbers }>>
  readonly faults?: readonly (FaultRule & { readonly matched?: number; readonly hits?: number })[]
  readonly clock?: { readonly frozen?: string; readonly ahead?: number }
  readonly creates?: number
  readonly requests?: Readonly<Record<string, number>>
}

/**
 * Reads a fixture from a file, or from the text itself when that begins with `{`.
 * OperatorError with the file, the place in the document and what was expected there; values are not repeated, since
 * they may be secret.
 */
export function loadFixture(pathOrJson: string): Fixture {
  const inline = /^\s*[{[]/.test(pathOrJson)
  const name = inline ? '--fixtures (inline)' : pathOrJson
  const fixture = checkFixture(name, parse(name, inline ? pathOrJson : read(pathOrJson)))
  const lacking = fixture.credentials?.findIndex(({ secretKey }) => secretKey === undefined) ?? -1
  if (lacking >= 0)
    throw new OperatorError(
      `${name}: /credentials/${lacking} must have required property 'secretKey' (the SecretKey that a client signs with)`,
    )
  return fixture
}

/** A fixture, whatever it was; OperatorError with `name`, the place in the document and what was expected there. */
export function checkFixture(name: string, fixture: unknown): Fixture {
  const refuse = (problem: string) => new OperatorError(`${name}: ${problem}`)
  const version = (fixture as Fixture | null)?.version
  if (typeof version === 'number' && version > documentVersion) {
    throw refuse(`/version is ${version}, of a newer cvm-emulator; this one reads up to ${documentVersion}.`)
  }
  const ajv = new Ajv({ verbose: true, allowUnionTypes: true, formats: fixtureFormats })
  const valid = ajv.compile<Fixture>(fixtureSchema)
  if (!valid(fixture)) throw refuse(describe(valid.errors?.[0]))
  for (const [place, { publicKey, seed, tags = [] }] of keyPairsOf(fixture)) {
    refuseRepeated(refuse, `${place}/tags`, 'key', tags)
    if ((publicKey === undefined) === (seed === undefined)) throw refuse(`${place} must have either publicKey or seed.`)
  }
  for (const [index, rule] of (fixture.faults ?? []).entries()) {
    const wrong = contradictionIn(rule)
    if (wrong !== undefined) throw refuse(`/faults/${index} ${wrong}.`)
    const { action } = rule
    if (action !== undefined && !actions.some(({ name: known }) => known === upperFirst(action))) {
      throw refuse(`/faults/${index}/action is no action here.`)
    }
  }
  if (fixture.clock?.frozen !== undefined && fixture.clock.ahead !== undefined) {
    throw refuse('/clock may have one of frozen, ahead at most.')
  }
  refuseRepeated(refuse, '/credentials', 'secretId', fixture.credentials ?? [])
  refuseRepeated(refuse, '/faults', 'id', fixture.faults ?? [])
  return fixture
}

/** Every key pair with its place in the document. */
function keyPairsOf(fixture: Fixture): [place: string, keyPair: DescribedKeyPair][] {
  const within = (place: string, { keyPairs = [] }: AccountFixture) =>
    keyPairs.map((keyPair, index): [string, DescribedKeyPair] => [`${place}/keyPairs/${index}`, keyPair])
  const accounts = Object.entries(fixture.accounts ?? {})
  return [within('', fixture), ...accounts.map(([name, one]) => within(`/accounts/${pointer(name)}`, one))].flat()
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    throw new OperatorError(`--fixtures: ${messageOf(error)}. Give the path of a JSON file, or the JSON itself.`)
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The engine's message may go on to quote the text, and that may hold a SecretKey
    const reason = messageOf(error).split(/, (?:\.\.\.)?"/, 1)[0]
    throw new OperatorError(`${name}: is not JSON: ${reason}.`)
  }
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return 'does not fit the format.'
  const place = error.instancePath || '/'
  const meaning = error.parentSchema?.description ? ` (${error.parentSchema.description})` : ''
  const { additionalProperty } = error.params
  const problem = additionalProperty === undefined ? error.message : `may not have \`${additionalProperty}\``
  return `${place} ${problem}${meaning}`
}

function refuseRepeated<Item extends object>(
  refuse: (problem: string) => OperatorError,
  place: string,
  name: keyof Item & string,
  items: readonly Item[],
): void {
  const seen = new Set<unknown>()
  for (const [index, item] of items.entries()) {
    const value = item[name]
    if (value !== undefined && seen.has(value))
      throw refuse(`${place}/${index}/${name} must differ from those before it.`)
    seen.add(value)
  }
}

/** A name as a part of a JSON pointer (RFC 6901). */
export const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
