import type { Field } from '../core/answer.ts'
import type { ArrayParam, IntegerParam, StringParam } from '../core/schema.ts'

/**
 * The limits are checked in the order in which the CreateKeyPair page lists their codes (docs/behaviour.md#key-names).
 */
export const keyName = {
  type: 'string',
  description: 'Name of the key pair: English letters, digits and underscores, at most 25 characters.',
  minLength: { value: 1, code: 'InvalidKeyPairNameEmpty' },
  maxLength: { value: 25, code: 'InvalidKeyPairNameTooLong' },
  pattern: {
    value: /^[A-Za-z0-9_]+$/,
    code: 'InvalidKeyPairNameIncludeIllegalChar',
    allowed: 'English letters, digits and underscores',
  },
} as const satisfies StringParam

export const projectId = {
  type: 'integer',
  description: 'Project that the key pair belongs to; 0 is the default project.',
  required: true,
  code: 'InvalidParameterValue',
} as const satisfies IntegerParam

export const keyId = {
  type: 'string',
  description: 'Id of a key pair: `skey-` and 8 of `[0-9a-z]`.',
  pattern: { value: /^skey-[0-9a-z]{8}$/, code: 'InvalidKeyPairId.Malformed', allowed: '`skey-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

export const instanceId = {
  type: 'string',
  description: 'Id of an instance: `ins-` and 8 of `[0-9a-z]`.',
  pattern: { value: /^ins-[0-9a-z]{8}$/, code: 'InvalidInstanceId.Malformed', allowed: '`ins-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

/** The tag service reserves these keys (docs/behaviour.md#tag-keys-and-values). */
const reservedTagKey = /^(?!qcs:)(?!(?:project|项目)$)/u

/** Only 3.0 has tags (docs/behaviour.md#tags-of-a-new-key-pair). */
export const tagSpecification = {
  type: 'array',
  description: 'Tags of the new key pair.',
  only: '3.0',
  maxItems: { value: 1, code: 'InvalidParameterValue' },
  items: {
    type: 'object',
    description: 'The tags of one type of resource.',
    code: 'InvalidParameterValue',
    fields: {
      ResourceType: {
        type: 'string',
        description: '`keypair`.',
        required: true,
        pattern: { value: /^keypair$/, code: 'InvalidParameterValue', allowed: '`keypair`' },
        code: 'InvalidParameterValue',
      },
      Tags: {
        type: 'array',
        description: 'At most 50.',
        required: true,
        maxItems: { value: 50, code: 'LimitExceeded.TagResourceQuota' },
        distinct: { value: 'Key', code: 'InvalidParameterValue' },
        items: {
          type: 'object',
          description: 'A tag.',
          code: 'InvalidParameterValue',
          fields: {
            Key: {
              type: 'string',
              code: 'InvalidParameterValue',
              description: 'At most 127 characters; `project`, `项目` and what begins with `qcs:` are reserved.',
              required: true,
              minLength: { value: 1, code: 'InvalidParameterValue' },
              maxLength: { value: 127, code: 'InvalidParameterValue' },
              pattern: { value: reservedTagKey, code: 'FailedOperation.TagKeyReserved', allowed: 'one of your own' },
            },
            Value: {
              type: 'string',
              code: 'InvalidParameterValue',
              description: 'At most 255 characters.',
              required: true,
              maxLength: { value: 255, code: 'InvalidParameterValue' },
            },
          },
        },
      },
    },
  },
} as const satisfies ArrayParam

/** What 2017-03-12, which has no tags, would call the codes about them. */
export const tagCodesOf2017 = {
  'FailedOperation.TagKeyReserved': 'InvalidParameterValue',
  'LimitExceeded.TagResourceQuota': 'InvalidParameterValue',
} as const

/** A tag of a key pair. */
export const tag = {
  type: 'object',
  description: 'A tag.',
  fields: { Key: { type: 'string', description: 'Its key.' }, Value: { type: 'string', description: 'Its value.' } },
} as const satisfies Field

/** The pages give the defaults and the maximum of 100 (docs/behaviour.md#paging). */
export const offset = {
  type: 'integer',
  description: 'Number of items to skip.',
  code: 'InvalidParameterValueOffset',
  default: 0,
} as const satisfies IntegerParam

export const limit = {
  type: 'integer',
  description: 'Maximum number of items, 1 to 100.',
  code: 'InvalidParameterValueLimit',
  minimum: { value: 1, code: 'InvalidParameterValueLimit' },
  maximum: { value: 100, code: 'InvalidParameterValueLimit' },
  default: 20,
} as const satisfies IntegerParam

export const totalCount = { type: 'integer', description: 'How many match, on all pages.' } as const satisfies Field

/** A parameter or a field that is text without limits. */
export const text = (description: string) => ({ type: 'string', description }) as const

/** A time as the API writes it: ISO 8601 in UTC, whole seconds. */
export const apiTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`
