import { ipv4, tagSpecification } from '../actions/shared.ts'
import { readTime, time } from '../config/option-values.ts'
import { readOpenSshRsaKey } from '../core/open-ssh-key.ts'
import type { StringParam } from '../core/schema.ts'
import { isAccountName, maxAccountLength } from '../identity/credential.ts'
import { faultSchema } from '../rules/rule.ts'
import { instanceStates, maxKeyPairs } from '../store/store.ts'
import { maxCount, maxTime, minTime } from '../system/limits.ts'
import { isText } from '../system/text.ts'

/** The values of `format` in the schemas of fixtures and of the control interface. */
export const fixtureFormats = {
  'iso-time': (text: string) => readTime(text) !== undefined,
  'iso-milliseconds': (text: string) => time.read(text) !== undefined,
  text: isText,
  account: isAccountName,
  'openssh-rsa': (text: string) => isText(text) && readOpenSshRsaKey(text) !== undefined,
}

/** What the formats demand whose names do not say it. */
export const formatRules: Readonly<Record<string, string>> = {
  'iso-time': 'must be a time such as 2017-03-12T08:00:00Z',
  'iso-milliseconds': 'must be a time in the years 1 to 9999, with a zone and at most milliseconds',
  text: 'must not contain NUL or half of a surrogate pair',
  account: `must have at most ${maxAccountLength} characters, without NUL or half of a surrogate pair`,
}

const object = <const Properties, Required extends keyof Properties = never>(
  description: string,
  properties: Properties,
  required: readonly Required[] = [],
) => ({ type: 'object', description, additionalProperties: false, required, properties }) as const

const array = <const Item>(description: string, items: Item) => ({ type: 'array', description, items }) as const

const anyText = (description: string) => ({ type: 'string', format: 'text', description }) as const
const text = (description: string) => ({ ...anyText(description), minLength: 1 }) as const
/** The name of an account, or a SecretId. */
export const accountName = (description: string) =>
  ({ type: 'string', minLength: 1, format: 'account', description }) as const
const isoTime = {
  type: 'string',
  format: 'iso-milliseconds',
  description: 'a time such as 2017-03-12T08:00:00Z',
} as const
const count = (description: string) => ({ type: 'integer', minimum: 0, maximum: maxCount, description }) as const

/** The schema of the texts that the API allows for this parameter. */
export const schemaOfParam = ({ description, minLength, maxLength, pattern }: StringParam) =>
  ({
    type: 'string',
    format: 'text',
    description: description.en,
    ...(minLength && { minLength: minLength.value }),
    ...(maxLength && { maxLength: maxLength.value }),
    ...(pattern && { pattern: pattern.value.source }),
  }) as const

const { Tags } = tagSpecification.items.fields
const { Key, Value } = Tags.items.fields

const projectId = {
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'a project id: a non-negative integer',
} as const

export const projectSchema = {
  ...projectId,
  type: ['integer', 'object'],
  description: 'a project: its id, a non-negative integer, or { projectId, projectName?, projectInfo?, createdTime? }',
  additionalProperties: false,
  required: ['projectId'],
  properties: {
    projectId,
    projectName: text('a name'),
    projectInfo: anyText('a description'),
    createdTime: isoTime,
  },
} as const

const tags = {
  ...array(
    'its tags, within the limits of CreateKeyPair',
    object('a tag: key, value', { key: schemaOfParam(Key), value: schemaOfParam(Value) }, ['key', 'value']),
  ),
  maxItems: Tags.maxItems.value,
} as const

export const keyPairSchema = object(
  'a key pair: keyName, publicKey or seed, and optionally keyId, projectId, description, createdTime, usedByImage, comment, tags',
  {
    keyId: { type: 'string', pattern: '^skey-[0-9a-z]{8}$', description: '`skey-` and 8 of `[0-9a-z]`' },
    keyName: { type: 'string', pattern: '^[A-Za-z0-9_]{1,25}$', description: '1 to 25 letters, digits, underscores' },
    projectId,
    description: { ...anyText('at most 60 characters'), maxLength: 60 },
    publicKey: {
      type: 'string',
      format: 'openssh-rsa',
      description: 'one line: ssh-rsa, base64 and an optional comment',
    },
    seed: text('a text from which the key is generated, instead of publicKey'),
    comment: count('the number in its comment, `skey_N`'),
    createdTime: isoTime,
    usedByImage: { type: 'boolean', description: 'whether an image uses it, which forbids deleting it' },
    tags,
  },
  ['keyName'],
)

const ipAddress = {
  type: 'string',
  pattern: ipv4.source,
  description: 'an IPv4 address such as 10.0.0.4',
} as const

/** An instance in a fixture or in the control interface. */
export const instanceSchema = object(
  'an instance: instanceId and optionally instanceName, instanceState, osName, projectId, region, zone, instanceType, imageId, privateIpAddresses, publicIpAddresses, tags, keyIds',
  {
    instanceId: { type: 'string', pattern: '^ins-[0-9a-z]{8}$', description: '`ins-` and 8 of `[0-9a-z]`' },
    instanceName: anyText('a name'),
    instanceState: { type: 'string', enum: instanceStates, description: `one of ${instanceStates.join(', ')}` },
    osName: anyText('an operating system; key pairs cannot be bound to one whose name contains `Windows`'),
    projectId,
    region: text('a region such as ap-guangzhou'),
    zone: text('a zone such as ap-guangzhou-2'),
    instanceType: text('a type such as S5.MEDIUM2'),
    imageId: text('an image such as img-0vbqvzfn'),
    privateIpAddresses: array('its private addresses', ipAddress),
    publicIpAddresses: array('its public addresses', ipAddress),
    tags,
    createdTime: isoTime,
    latestOperation: text('its latest operation'),
    operationEnds: { ...isoTime, description: 'the time at which that operation ends' },
    keyIds: array('ids of the key pairs bound to it', anyText('the id of a key pair')),
  },
  ['instanceId'],
)

const sections = {
  projects: array('projects in addition to those of --projects', projectSchema),
  limits: object('limits instead of the defaults: keyPairs', {
    keyPairs: {
      type: 'integer',
      minimum: 0,
      maximum: maxKeyPairs,
      description: 'how many key pairs a project may have, instead of --key-pair-limit',
    },
  }),
  keyPairs: array('existing key pairs', keyPairSchema),
  instances: array('existing instances, to which key pairs can be bound', instanceSchema),
} as const

export const accountSchema = object('the sections that differ in this account: projects, limits, keyPairs, instances', {
  ...sections,
  numbers: object('the counters of the account: comment, creates', {
    comment: count('the number in the comment of its last key pair'),
    creates: count('how many of its calls of CreateKeyPair have succeeded'),
  }),
})

/** An exported rule has its counters too. */
export const exportedFaultSchema = {
  ...faultSchema,
  properties: {
    ...faultSchema.properties,
    matched: count('how many calls it has matched'),
    hits: count('how many calls it has changed'),
  },
} as const

export const credentialSchema = object(
  'a credential: secretId, secretKey, and optionally account, token',
  {
    secretId: accountName('the SecretId that a client sends'),
    secretKey: text('the SecretKey that a client signs with'),
    account: accountName('the account it belongs to; by default the SecretId itself'),
    token: text('the Token that a client must send with it'),
  },
  ['secretId'],
)

/** JSON Schema of a fixture. Error messages quote its descriptions. */
export const fixtureSchema = object(
  'a starting state: projects, limits, keyPairs, instances, credentials, accounts, faults, clock',
  {
    $schema: { type: 'string', description: 'ignored' },
    version: { type: 'integer', minimum: 1, description: 'the version of this format' },
    ...sections,
    faults: array('fault rules that apply from the start', exportedFaultSchema),
    clock: object('the clock: frozen or ahead', {
      frozen: { ...isoTime, description: 'the time at which it is frozen' },
      // Between any two times that a clock can show
      ahead: {
        type: 'integer',
        minimum: minTime - maxTime,
        maximum: maxTime - minTime,
        description: 'milliseconds that it is ahead of the system clock',
      },
    }),
    creates: count('how many calls of CreateKeyPair have succeeded in all accounts'),
    requests: {
      type: 'object',
      description: 'number of requests by account, if --seed determines request ids',
      // Requests of no account are counted under the empty name
      propertyNames: { ...accountName('the name of an account'), minLength: 0 },
      additionalProperties: count('how many requests it has made'),
    },
    credentials: array('a list of credentials', credentialSchema),
    accounts: {
      type: 'object',
      description: 'by account, the sections that differ from the top level',
      propertyNames: accountName('the name of an account: a SecretId, `default`, or one given to a credential'),
      additionalProperties: accountSchema,
    },
  },
)
