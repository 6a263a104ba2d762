import fc from 'fast-check'
import { publicKey } from './keys.ts'

/** What JSON can express and JSON.stringify cannot write: numbers such as 1e400, and deep nesting. */
const rawNumber = (text: string) => `#${text}`
const nested = (depth: number) => `#deep${depth}`

/** Writes JSON with these. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/"#(deep)?(-?[\d.e]+)"/g, (_all, deep, number) =>
    deep ? '['.repeat(Number(number)) + ']'.repeat(Number(number)) : number,
  )

/** Mostly a value that is accepted, sometimes one that is not. */
const mostly = <Value, Other>(valid: fc.Arbitrary<Value>, others: readonly Other[]) =>
  fc.oneof({ weight: 60, arbitrary: valid }, { weight: 1, arbitrary: fc.constantFrom(...others) })

const record = <Model>(model: { [Name in keyof Model]: fc.Arbitrary<Model[Name]> }, required: (keyof Model)[] = []) =>
  fc.record(model, { requiredKeys: required, noNullPrototype: true })

/** An object with these names, each at most once; unlike an assignment this can give it a member `__proto__`. */
const objectOf = <Value>(names: fc.Arbitrary<string>, values: fc.Arbitrary<Value>, maxLength = 3) =>
  fc.array(fc.tuple(names, values), { maxLength }).map((members) => Object.fromEntries(members))

const uniqueBy = <Item>(items: fc.Arbitrary<Item>, key: keyof Item, maxLength = 3) =>
  fc.uniqueArray(items, { selector: (item) => item[key], maxLength })

const names = ['__proto__', 'constructor', 'toString', '42', '7', 'default', 'ä b', '😀/~', 'x'.repeat(256)]
const notTexts = ['\ud800', 'a\udc00b', 'a\0b', 7, null]
export const account = mostly(fc.constantFrom(...names), [...notTexts, '', 'x'.repeat(257), '😀'.repeat(129)])
const accountKey = account.map(String)
const text = mostly(
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom('__proto__', '😀', ' ', '\n', '\u007f', '\ufeff', '\ufffd', '"\\'),
  ),
  notTexts,
)

const edges = (maximum: number) =>
  mostly(
    fc.oneof(fc.nat(), fc.constantFrom(0, 1, maximum - 1, maximum)).map((one) => Math.min(one, maximum)),
    [maximum + 1, -1, 1.5, ...['-0', '9007199254740993', '9223372036854775807', '1e300', '1e400'].map(rawNumber)],
  )
const count = edges(1_000_000_000_000)
const projectId = edges(Number.MAX_SAFE_INTEGER)
const limits = record({ keyPairs: edges(1_000_000) })
export const limitBody = record({ keyPairs: edges(1_000_000), account }, ['keyPairs'])

const ends = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.9990+00:00']
const beyond = ['0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '0000-12-31T23:59:59Z', 'now']
export const time = mostly(fc.constantFrom(...ends, '2017-03-12T08:00:00.120+08:00', '2024-02-29T24:00:00Z'), [
  ...beyond,
  '2017-03-12T08:00:00.1234Z',
])

const tags = uniqueBy(record({ key: text, value: text }, ['key', 'value']), 'key')

/** A rule that no call of these tests matches. Its body may be any JSON. */
export const fault = record(
  {
    region: fc.constant('elsewhere'),
    status: fc.constant(503),
    body: fc.oneof(
      fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }),
      objectOf(fc.oneof(text.map(String), accountKey), fc.jsonValue()),
      fc.constantFrom('\0', nested(98), nested(99), nested(100), nested(5000), nested(500_000)),
      fc.constantFrom(...['1e400', '-1e400', '1e300', '9007199254740991', '9007199254740992', '-0'].map(rawNumber)),
      fc.constantFrom('\ud800', ['\udfff'], { '\ud83d': 1 }, { constructor: { prototype: 1 } }),
    ),
    account,
    parameters: objectOf(fc.oneof(accountKey, fc.constant('KeyIds.0')), text, 2),
    after: edges(1_000_000),
    seed: text,
    delay: fc.oneof(edges(600_000), fc.constantFrom([600_000, 0], [1], [0, 1.5])),
  },
  ['region', 'status'],
)

const newProject = { projectId, projectName: text, projectInfo: text }
const project = record({ ...newProject, createdTime: time }, ['projectId'])
export const projectBody = record({ ...newProject, account }, ['projectId'])

const instance = {
  instanceId: fc.stringMatching(/^ins-0000000[0-3]$/),
  instanceName: text,
  osName: text,
  projectId,
  region: text,
  zone: text,
  imageId: text,
  privateIpAddresses: mostly(fc.constantFrom([], ['10.0.0.1']), [['10.0.0']]),
  tags,
  createdTime: time,
  latestOperation: text,
  operationEnds: time,
}
export const instanceBody = record({ ...instance, account }, ['instanceId'])

const keyNames = ['a', 'b', 'c']
const keyId = fc.stringMatching(/^skey-0000000[0-3]$/)
const keyPair = fc.constantFrom(...keyNames).chain((keyName) =>
  record(
    {
      keyName: fc.constant(keyName),
      publicKey: fc.constantFrom(publicKey(keyName, 1024), `\t${publicKey(keyName, 1024)}  of me@home `),
      keyId: fc.constant(`skey-0000000${keyNames.indexOf(keyName)}`),
      projectId: fc.constantFrom(0, 7),
      description: text,
      comment: count,
      createdTime: time,
      usedByImage: fc.boolean(),
      tags,
    },
    ['keyName', 'publicKey'],
  ),
)

const sections = {
  projects: fc.array(fc.oneof(projectId, project), { maxLength: 3 }).map((items) => [0, 7, ...items]),
  limits,
  keyPairs: uniqueBy(keyPair, 'keyName'),
  instances: uniqueBy(record(instance, ['instanceId']), 'instanceId'),
}
const numbers = record({ comment: count, creates: count })

const maxAhead = 315_537_897_599_999
const ahead = mostly(fc.constantFrom(0, maxAhead, -maxAhead, -63_900_000_000_000, 251_000_000_000_000), [
  maxAhead + 1,
  0.5,
])

const countedRule = record(
  {
    id: fc.constantFrom('a', 'b', 'latency'),
    region: fc.constant('elsewhere'),
    error: fc.constant('InternalServerError'),
    account,
    message: text,
    matched: count,
    hits: count,
  },
  ['id', 'region', 'error'],
)

const credential = record({ secretId: account, secretKey: text, account }, ['secretId', 'secretKey'])

/** A starting state or an exported state. */
export const document = record({
  ...sections,
  version: fc.constant(1),
  $schema: fc.constant('x'),
  faults: uniqueBy(fc.oneof(countedRule, fault), 'region', 1),
  clock: fc.oneof(record({ frozen: time }), record({ ahead })),
  creates: count,
  requests: objectOf(fc.oneof(accountKey, fc.constant('')), count),
  credentials: uniqueBy(credential, 'secretId', 2),
  accounts: objectOf(accountKey, record({ ...sections, numbers })),
})

/** A call that stores something: its action, and its parameters as a JSON body. */
export const apiCall = fc.oneof(
  callOf('CreateKeyPair', {
    KeyName: fc.constantFrom('d', 'e'),
    ProjectId: fc.constantFrom(0, 7),
    TagSpecification: tags.map((items) => [
      { ResourceType: 'keypair', Tags: items.map(({ key, value }) => ({ Key: key, Value: value })) },
    ]),
  }),
  callOf('ModifyKeyPairAttribute', { KeyId: keyId, Description: text }),
  callOf('AssociateInstancesKeyPairs', { InstanceIds: fc.tuple(instance.instanceId), KeyIds: fc.tuple(keyId) }),
)

/** Only 2017-03-12 has it. */
export const addProject = callOf('AddProject', {
  projectName: fc.constantFrom('a', '项目', '\ud800'),
  projectDesc: text,
})

function callOf(Action: string, params: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record({ Action: fc.constant(Action), Version: fc.constant('2017-03-12'), SecretId: account, ...params })
}
