import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { actions } from '../actions/index.ts'
import { createRuleChecks } from '../rules/checks.ts'
import { findExcess, maxDocumentDepth } from '../rules/rule.ts'
import { messageOf, OperatorError } from '../system/errors.ts'
import { copyJson, escapePointer, parseJson } from '../system/json.ts'
import { type AccountFixture, checkUnique, documentVersion, type Fixture, type KeyPairFixture } from './fixture.ts'
import { schemaOptions } from './formats.ts'
import { problemOf } from './problem.ts'
import { fixtureSchema } from './schema.ts'

/** Makes the public key of each seed of a document. It is always the same for the same seed and size of the key. */
export type MakePublicKeys = (seeds: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>

/**
 * Reads a starting state: a document, the path of a JSON file, or the JSON itself when the text begins with `{` or `[`.
 * Errors as `readFixture`.
 */
export async function loadFixture(pathOrJson: string | object, keys: MakePublicKeys): Promise<Fixture> {
  if (typeof pathOrJson !== 'string') return readFixture('startEmulator: fixtures', pathOrJson, keys)
  const isInline = /^\s*[{[]/.test(pathOrJson)
  const name = isInline ? '--fixtures (inline)' : pathOrJson
  return readFixture(name, parseJson(isInline ? pathOrJson : readText(pathOrJson), `${name}: the text`), keys)
}

/**
 * Checks any document, a starting state or an exported state, and generates the keys that it describes by a seed.
 * OperatorError with `name`, the path in the document and what was expected there. Values are not repeated, since they
 * may be secret. The result is a copy: what the caller changes in the document later changes nothing here.
 */
export async function readFixture(name: string, given: unknown, keys: MakePublicKeys): Promise<Fixture> {
  const document = copyJson(given, `${name}: `, maxDocumentDepth)
  const problem = checkSchema(document) ?? checkContradictions(document as Fixture)
  if (problem !== undefined) throw new OperatorError(`${name}: ${problem}`)
  return addSeededKeys(document as Fixture, keys)
}

/** Compiled at its first use, which takes longer than to check most documents. */
let validate: ValidateFunction | undefined

function checkSchema(document: unknown): string | undefined {
  const version = (document as Fixture | null)?.version
  if (typeof version === 'number' && version > documentVersion) {
    return `/version is ${version}, written by a newer cvm-emulator; this one reads up to ${documentVersion}. Update cvm-emulator.`
  }
  validate ??= new Ajv(schemaOptions).compile(fixtureSchema)
  validate(document)
  return validate.errors?.map(describe)[0]
}

/** Checks what a JSON Schema does not express. */
function checkContradictions(fixture: Fixture): string | undefined {
  const { faults = [], clock = {}, credentials = [], accounts = {} } = fixture
  const excess = findExcess(faults)
  const problems = [
    excess && `/faults ${excess}.`,
    ...checkParts('', fixture),
    ...Object.entries(accounts).flatMap(([name, account]) => checkParts(`/accounts/${escapePointer(name)}`, account)),
    ...faults.map((rule, index) => {
      const problem = ruleChecks.problemOf(rule)
      return problem && `/faults/${index} ${problem}.`
    }),
    clock.frozen !== undefined && clock.ahead !== undefined
      ? '/clock may have either frozen or ahead, not both.'
      : undefined,
    checkUnique('/credentials', 'secretId', credentials),
    checkUnique('/faults', 'id', faults),
  ]
  return problems.find((problem) => problem !== undefined)
}

const ruleChecks = createRuleChecks(actions)

const checkParts = (path: string, { keyPairs = [], instances = [] }: AccountFixture) => [
  ...keyPairs.flatMap(({ publicKey, seed, tags = [] }, index) => [
    checkUnique(`${path}/keyPairs/${index}/tags`, 'key', tags),
    (publicKey === undefined) === (seed === undefined)
      ? `${path}/keyPairs/${index} must have either publicKey or seed.`
      : undefined,
  ]),
  ...instances.map(({ tags = [] }, index) => checkUnique(`${path}/instances/${index}/tags`, 'key', tags)),
]

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new OperatorError(`--fixtures: ${messageOf(error)}. Give the path of a JSON file, or the JSON itself.`)
  }
}

const describe = (error: ErrorObject): string =>
  `${error.instancePath || '/'} ${problemOf(error, { showsValue: false })}`

/** Replaces the seed of a key pair by a public key. */
async function addSeededKeys(fixture: Fixture, makePublicKeys: MakePublicKeys): Promise<Fixture> {
  const accounts = Object.entries(fixture.accounts ?? {})
  const all = [fixture, ...accounts.map(([, one]) => one)].flatMap(({ keyPairs = [] }) => keyPairs)
  const seeds = new Set(all.flatMap(({ seed }) => (seed === undefined ? [] : [seed])))
  if (seeds.size === 0) return fixture
  const keys = await makePublicKeys(seeds)

  const complete = ({ seed, ...keyPair }: KeyPairFixture): KeyPairFixture => {
    const publicKey = seed === undefined ? undefined : keys.get(seed)
    return publicKey === undefined ? keyPair : { ...keyPair, publicKey }
  }
  const completeAll = <Part extends AccountFixture>(part: Part): Part =>
    part.keyPairs ? { ...part, keyPairs: part.keyPairs.map(complete) } : part
  return {
    ...completeAll(fixture),
    ...(fixture.accounts && {
      accounts: Object.fromEntries(accounts.map(([name, account]) => [name, completeAll(account)])),
    }),
  }
}
