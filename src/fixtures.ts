import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import { fixtureFormats } from './fixture-formats.js'
import { fixtureSchema } from './fixture-schema.js'
import type { DescribedInstance } from './instances.js'
import { messageOf, OperatorError } from './operator-error.js'

/** A key pair as a fixture describes it. */
export interface DescribedKeyPair {
  readonly keyName: string
  readonly publicKey: string
  readonly keyId?: string
  readonly projectId?: number
  readonly description?: string
  readonly createdTime?: string
  readonly usedByImage?: boolean
}

/** A project as a fixture describes it. */
export interface DescribedProject {
  readonly projectId: number
  readonly projectName?: string
  readonly projectInfo?: string
}

/** What a fixture says of one account, or at its top level of every account. */
export interface AccountFixture {
  readonly projects?: readonly (number | DescribedProject)[]
  readonly limits?: { readonly keyPairs?: number }
  readonly keyPairs?: readonly DescribedKeyPair[]
  readonly instances?: readonly DescribedInstance[]
}

export interface Credential {
  readonly secretId: string
  readonly secretKey: string
  /** The account it belongs to; without one the SecretId is its own account. */
  readonly account?: string
  /** The Token that must come with it. */
  readonly token?: string
}

/** A starting state, as README "Starting state" documents it. */
export interface Fixture extends AccountFixture {
  readonly credentials?: readonly Credential[]
  readonly accounts?: Readonly<Record<string, AccountFixture>>
}

/**
 * Reads a fixture from a file, or from the text itself when that begins with `{`.
 * OperatorError with the file, the place in the document and what was expected there; values are not repeated, since
 * they may be secret.
 */
export function loadFixture(pathOrJson: string): Fixture {
  const inline = /^\s*[{[]/.test(pathOrJson)
  const name = inline ? '--fixtures (inline)' : pathOrJson
  const fixture: unknown = parse(name, inline ? pathOrJson : read(pathOrJson))
  const ajv = new Ajv({ verbose: true, allowUnionTypes: true, formats: fixtureFormats })
  const valid = ajv.compile<Fixture>(fixtureSchema)
  if (!valid(fixture)) throw new OperatorError(`${name}: ${describe(valid.errors?.[0])}`)
  refuseRepeatedCredentials(name, fixture.credentials ?? [])
  return fixture
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

function refuseRepeatedCredentials(name: string, credentials: readonly Credential[]): void {
  const seen = new Set<string>()
  for (const [index, { secretId }] of credentials.entries()) {
    if (seen.has(secretId)) {
      throw new OperatorError(`${name}: /credentials/${index}/secretId must differ from those before it.`)
    }
    seen.add(secretId)
  }
}
