import type { Field, Fields } from '../core/answer.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { ArrayParam, IntegerParam, Params, StringParam } from '../core/schema.ts'

const maxNameLength = 25

/** The CreateKeyPair page lists the codes of the limits in this order (docs/behaviour.md#key-names). */
export const keyName = {
  type: 'string',
  description: `Name of the key pair: English letters, digits and underscores, at most ${maxNameLength} characters.`,
  minLength: { value: 1, code: 'InvalidKeyPairNameEmpty' },
  maxLength: {
    value: maxNameLength,
    code: 'InvalidKeyPairNameTooLong',
    wording: `The specified key pair name \`{value}\` is too long, more than \`${maxNameLength}\` characters.`,
  },
  pattern: {
    value: /^[A-Za-z0-9_]+$/,
    code: 'InvalidKeyPairNameIncludeIllegalChar',
    wording: 'The specified key pair name `{value}` is include illegal character `{character}`.',
    rule: 'consist of English letters, digits and underscores',
  },
} as const satisfies StringParam

/** The documentation of 3.0 lists these codes, and the service answers a general one (docs/behaviour.md#key-names). */
export const nameErrorsOf30 = ['InvalidKeyPairNameIncludeIllegalChar', 'InvalidKeyPairNameTooLong'] as const
export const nameCodesOf30 = {
  InvalidKeyPairNameIncludeIllegalChar: 'InvalidParameterValue',
  InvalidKeyPairNameTooLong: 'InvalidParameterValue',
} as const

export const projectId = {
  type: 'integer',
  description: 'Project that the key pair belongs to; 0 is the default project.',
  required: true,
  code: 'InvalidParameterValue',
} as const satisfies IntegerParam

export const keyId = {
  type: 'string',
  description: 'Id of a key pair: `skey-` and 8 of `[0-9a-z]`.',
  pattern: { value: /^skey-[0-9a-z]{8}$/, code: 'InvalidKeyPairId.Malformed', rule: 'be `skey-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

export const instanceId = {
  type: 'string',
  description: 'Id of an instance: `ins-` and 8 of `[0-9a-z]`.',
  pattern: { value: /^ins-[0-9a-z]{8}$/, code: 'InvalidInstanceId.Malformed', rule: 'be `ins-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
/** An IPv4 address. */
export const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

const atMost100 = { value: 100, code: 'InvalidParameterValue.LimitExceeded' } as const

export const keyIds = {
  type: 'array',
  description: 'Ids of key pairs, at most 100.',
  required: true,
  items: keyId,
  maxItems: atMost100,
} as const satisfies ArrayParam

export const instanceIds = {
  type: 'array',
  description: 'Ids of instances, at most 100.',
  items: instanceId,
  maxItems: atMost100,
} as const satisfies ArrayParam

export const maxTags = 50
export const maxTagKeyLength = 127
export const maxTagValueLength = 255

/** The tag service reserves keys that begin like this (docs/behaviour.md#tag-keys-and-values). */
export const reservedTagKey = /^(?:qcs:|qcloud|tencent|project|项目)/u
export const reservedTagKeyRule = 'not begin with `qcs:`, `qcloud`, `tencent`, `project` or `项目`'

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
    missingCode: 'MissingParameter',
    fields: {
      ResourceType: {
        type: 'string',
        description: '`keypair`.',
        required: true,
        pattern: { value: /^keypair$/, code: 'InvalidParameterValue', rule: 'be `keypair`' },
        code: 'InvalidParameterValue',
      },
      Tags: {
        type: 'array',
        description: `At most ${maxTags}.`,
        required: true,
        maxItems: { value: maxTags, code: 'LimitExceeded.TagResourceQuota' },
        distinct: { value: 'Key', code: 'InvalidParameterValue' },
        items: {
          type: 'object',
          description: 'A tag.',
          code: 'InvalidParameterValue',
          missingCode: 'MissingParameter',
          fields: {
            Key: {
              type: 'string',
              code: 'InvalidParameterValue',
              description: `At most ${maxTagKeyLength} characters; it may ${reservedTagKeyRule}.`,
              required: true,
              minLength: { value: 1, code: 'InvalidParameterValue' },
              maxLength: { value: maxTagKeyLength, code: 'InvalidParameterValue' },
              pattern: {
                value: new RegExp(`^(?!${reservedTagKey.source.slice(1)})`, 'u'),
                code: 'FailedOperation.TagKeyReserved',
                rule: reservedTagKeyRule,
              },
            },
            Value: {
              type: 'string',
              code: 'InvalidParameterValue',
              description: `At most ${maxTagValueLength} characters.`,
              required: true,
              maxLength: { value: maxTagValueLength, code: 'InvalidParameterValue' },
            },
          },
        },
      },
    },
  },
} as const satisfies ArrayParam

/** The 2017-03-12 names of the codes for tags, although 2017-03-12 itself has no tags. */
export const tagCodesOf2017 = {
  'FailedOperation.TagKeyReserved': 'InvalidParameterValue',
  'LimitExceeded.TagResourceQuota': 'InvalidParameterValue',
} as const

/**
 * Offset and Limit have the documented defaults and maximum (docs/behaviour.md#paging); the codes for wrong values differ
 * from action to action.
 */
export const pagingWith = <const O extends ErrorCode, const L extends ErrorCode>(offsetCode: O, limitCode: L) =>
  ({
    Offset: { type: 'integer', description: 'Number of items to skip.', code: offsetCode, default: 0 },
    Limit: {
      type: 'integer',
      description: 'Maximum number of items, 1 to 100.',
      code: limitCode,
      minimum: { value: 1, code: limitCode },
      maximum: { value: 100, code: limitCode },
      default: 20,
    },
  }) as const satisfies Params

export const totalCount = { type: 'integer', description: 'Number of matches on all pages.' } as const satisfies Field

/** A string parameter or field without limits. */
export const text = (description: string) => ({ type: 'string', description }) as const

/** The fields of a tag of CVM. */
export const tagFields = { Key: text('Its key.'), Value: text('Its value.') } as const

/** A field that is a list of structures with these fields. */
export const listOf = <const F extends Fields>(description: string, item: string, fields: F) =>
  ({ type: 'array', description, items: { type: 'object', description: item, fields } }) as const

/** The state of a region or of a zone. */
export const availability = ({ isAvailable }: { readonly isAvailable: boolean }) =>
  isAvailable ? 'AVAILABLE' : 'UNAVAILABLE'

/** The account number of the creator of projects, from the documented example. */
export const creatorUin = 670569769

/** Formats a time as projects have it: `YYYY-MM-DD hh:mm:ss` in China Standard Time. */
export const chinaTime = (time: Date): string =>
  new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, -5).replace('T', ' ')

/** Formats a time for an answer: ISO 8601 in UTC, in whole seconds. */
export const apiTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`
