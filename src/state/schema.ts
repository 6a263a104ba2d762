import { tagSpecification } from '../actions/shared.ts'
import type { StringParam } from '../core/schema.ts'
import { faultSchema } from '../rules/rule.ts'
import { instanceSchema } from './instances.ts'

/** JSON Schema of a fixture; its descriptions stand in the messages about a wrong one. */
const projectId = {
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'a project id: a non-negative integer',
} as const

const text = (description: string) => ({ type: 'string', minLength: 1, description }) as const

/** What the API takes for this parameter. */
const asInApi = ({ description, minLength, maxLength, pattern }: StringParam) => ({
  type: 'string',
  format: 'text',
  description,
  ...(minLength && { minLength: minLength.value }),
  ...(maxLength && { maxLength: maxLength.value }),
  ...(pattern && { pattern: pattern.value.source }),
})

const { Tags } = tagSpecification.items.fields
const { Key, Value } = Tags.items.fields

const isoTime = { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' } as const
const counted = (description: string) =>
  ({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }) as const

const project = {
  ...projectId,
  type: ['integer', 'object'],
  description: 'a project: its id, a non-negative integer, or { projectId, projectName?, projectInfo?, createdTime? }',
  additionalProperties: false,
  required: ['projectId'],
  properties: {
    projectId,
    projectName: text('a name'),
    projectInfo: { type: 'string', description: 'a description' },
    createdTime: isoTime,
  },
} as const

const keyPair = {
  type: 'object',
  description:
    'a key pair: keyName, publicKey or seed, and perhaps keyId, projectId, description, createdTime, usedByImage, comment, tags',
  additionalProperties: false,
  required: ['keyName'],
  properties: {
    keyId: { type: 'string', pattern: '^skey-[0-9a-z]{8}$', description: '`skey-` and 8 of `[0-9a-z]`' },
    keyName: { type: 'string', pattern: '^[A-Za-z0-9_]{1,25}$', description: '1 to 25 letters, digits, underscores' },
    projectId,
    description: { type: 'string', maxLength: 60, description: 'at most 60 characters' },
    publicKey: { type: 'string', format: 'openssh-rsa', description: 'one line: ssh-rsa, base64, perhaps a comment' },
    seed: text('a text from which the key is generated, in place of publicKey'),
    comment: counted('the number in its comment, `skey_N`'),
    createdTime: isoTime,
    usedByImage: { type: 'boolean', description: 'whether an image was made with it, so that it cannot be deleted' },
    tags: {
      type: 'array',
      description: 'its tags, as CreateKeyPair takes them',
      items: {
        type: 'object',
        description: 'a tag: key, value',
        additionalProperties: false,
        required: ['key', 'value'],
        properties: { key: asInApi(Key), value: asInApi(Value) },
      },
      maxItems: Tags.maxItems.value,
    },
  },
} as const

const account = {
  projects: { type: 'array', description: 'projects that exist besides those of --projects', items: project },
  limits: {
    type: 'object',
    description: 'limits in place of the defaults: keyPairs',
    additionalProperties: false,
    properties: {
      keyPairs: {
        type: 'integer',
        minimum: 0,
        description: 'how many key pairs a project may hold, in place of --key-pair-limit',
      },
    },
  },
  keyPairs: { type: 'array', description: 'key pairs that exist', items: keyPair },
  instances: { type: 'array', description: 'instances that key pairs can be bound to', items: instanceSchema },
} as const

const numbers = {
  type: 'object',
  description: 'how far the numbers of the account have come: comment, creates',
  additionalProperties: false,
  properties: {
    comment: counted('the number in the comment of its last key pair'),
    creates: counted('how many of its creates have succeeded'),
  },
} as const

const credential = {
  type: 'object',
  description: 'a credential: secretId, secretKey and perhaps account, token',
  additionalProperties: false,
  required: ['secretId'],
  properties: {
    secretId: text('the SecretId that a client sends'),
    secretKey: text('the SecretKey that a client signs with'),
    account: text('the account it belongs to; by default the SecretId itself'),
    token: text('the Token that a client must send with it'),
  },
} as const

export const fixtureSchema = {
  type: 'object',
  description: 'a starting state: projects, limits, keyPairs, instances, credentials, accounts, faults, clock',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'ignored' },
    version: { type: 'integer', minimum: 1, description: 'the version of this format' },
    ...account,
    faults: {
      type: 'array',
      description: 'fault rules in force from the start',
      items: {
        ...faultSchema,
        properties: {
          ...faultSchema.properties,
          matched: counted('how many calls it has matched'),
          hits: counted('how many calls it has met'),
        },
      },
    },
    clock: {
      type: 'object',
      description: 'how the clock stands: frozen or ahead',
      additionalProperties: false,
      properties: {
        frozen: { ...isoTime, description: 'the time at which it stands' },
        // Some two thousand years back and eight thousand ahead, so that the year has four digits
        ahead: {
          type: 'integer',
          minimum: -62_000_000_000_000,
          maximum: 250_000_000_000_000,
          description: 'milliseconds that it is ahead of the machine',
        },
      },
    },
    creates: counted('how many creates have succeeded in all'),
    requests: {
      type: 'object',
      description: 'by account how many requests it has made, where their ids follow from a seed',
      additionalProperties: counted('how many requests it has made'),
    },
    credentials: { type: 'array', description: 'a list of credentials', items: credential },
    accounts: {
      type: 'object',
      description: 'by account, what differs there',
      propertyNames: text('the name of an account: a SecretId, `default`, or one given to a credential'),
      additionalProperties: {
        type: 'object',
        description: 'what differs in this account: projects, limits, keyPairs, instances',
        additionalProperties: false,
        properties: { ...account, numbers },
      },
    },
  },
} as const
