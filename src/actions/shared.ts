import type { Field, Fields } from '../core/answer.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { ArrayParam, IntegerParam, Params, StringParam } from '../core/schema.ts'

const maxNameLength = 25

/** The CreateKeyPair page lists the codes of the limits in this order (docs/behaviour.md#key-names). */
export const keyName = {
  type: 'string',
  description: {
    en: `Name of the key pair: English letters, digits and underscores, at most ${maxNameLength} characters.`,
    zh: `密钥对名称，由英文字母、数字和下划线组成，长度不超过 ${maxNameLength} 个字符。`,
  },
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
  description: {
    en: 'Project that the key pair belongs to; 0 is the default project.',
    zh: '密钥对所属的项目 ID，0 为默认项目。',
  },
  required: true,
  code: 'InvalidParameterValue',
} as const satisfies IntegerParam

export const keyId = {
  type: 'string',
  description: {
    en: 'Id of a key pair: `skey-` and 8 of `[0-9a-z]`.',
    zh: '密钥对 ID，形如 `skey-` 加 8 位 `[0-9a-z]`。',
  },
  pattern: { value: /^skey-[0-9a-z]{8}$/, code: 'InvalidKeyPairId.Malformed', rule: 'be `skey-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

export const instanceId = {
  type: 'string',
  description: {
    en: 'Id of an instance: `ins-` and 8 of `[0-9a-z]`.',
    zh: '实例 ID，形如 `ins-` 加 8 位 `[0-9a-z]`。',
  },
  pattern: { value: /^ins-[0-9a-z]{8}$/, code: 'InvalidInstanceId.Malformed', rule: 'be `ins-` and 8 of `[0-9a-z]`' },
} as const satisfies StringParam

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
/** An IPv4 address. */
export const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

const atMost100 = { value: 100, code: 'InvalidParameterValue.LimitExceeded' } as const

export const keyIds = {
  type: 'array',
  description: { en: 'Ids of key pairs, at most 100.', zh: '密钥对 ID 列表，每次请求最多 100 个。' },
  required: true,
  items: keyId,
  maxItems: atMost100,
} as const satisfies ArrayParam

export const instanceIds = {
  type: 'array',
  description: { en: 'Ids of instances, at most 100.', zh: '实例 ID 列表，每次请求最多 100 个。' },
  items: instanceId,
  maxItems: atMost100,
} as const satisfies ArrayParam

export const maxTags = 50
export const maxTagKeyLength = 127
export const maxTagValueLength = 255

/** The tag service reserves keys that begin like this (docs/behaviour.md#tag-keys-and-values). */
const reservedStarts = ['qcs:', 'qcloud', 'tencent', 'project', '项目'] as const
export const reservedTagKey = new RegExp(`^(?:${reservedStarts.join('|')})`, 'u')
const quotedStarts = reservedStarts.map((start) => `\`${start}\``)
export const reservedTagKeyRule = `not begin with ${quotedStarts.slice(0, -1).join(', ')} or ${quotedStarts.at(-1)}`

/** Only 3.0 has tags (docs/behaviour.md#tags-of-a-new-key-pair). */
export const tagSpecification = {
  type: 'array',
  description: { en: 'Tags of the new key pair.', zh: '新建密钥对时绑定的标签。' },
  only: '3.0',
  maxItems: { value: 1, code: 'InvalidParameterValue' },
  items: {
    type: 'object',
    description: { en: 'The tags of one type of resource.', zh: '一种资源类型的标签。' },
    code: 'InvalidParameterValue',
    missingCode: 'MissingParameter',
    fields: {
      ResourceType: {
        type: 'string',
        description: { en: '`keypair`.', zh: '资源类型，取值为 `keypair`。' },
        required: true,
        pattern: { value: /^keypair$/, code: 'InvalidParameterValue', rule: 'be `keypair`' },
        code: 'InvalidParameterValue',
      },
      Tags: {
        type: 'array',
        description: { en: `At most ${maxTags}.`, zh: `标签列表，最多 ${maxTags} 个。` },
        required: true,
        maxItems: { value: maxTags, code: 'LimitExceeded.TagResourceQuota' },
        distinct: { value: 'Key', code: 'InvalidParameterValue' },
        items: {
          type: 'object',
          description: { en: 'A tag.', zh: '标签。' },
          code: 'InvalidParameterValue',
          missingCode: 'MissingParameter',
          fields: {
            Key: {
              type: 'string',
              code: 'InvalidParameterValue',
              description: {
                en: `At most ${maxTagKeyLength} characters; it may ${reservedTagKeyRule}.`,
                zh: `标签键，长度不超过 ${maxTagKeyLength} 个字符，不能以 ${quotedStarts.join('、')} 开头。`,
              },
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
              description: {
                en: `At most ${maxTagValueLength} characters.`,
                zh: `标签值，长度不超过 ${maxTagValueLength} 个字符。`,
              },
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
    Offset: {
      type: 'integer',
      description: { en: 'Number of items to skip.', zh: '偏移量，即跳过的数量。' },
      code: offsetCode,
      default: 0,
    },
    Limit: {
      type: 'integer',
      description: { en: 'Maximum number of items, 1 to 100.', zh: '返回数量，取值范围为 1 到 100。' },
      code: limitCode,
      minimum: { value: 1, code: limitCode },
      maximum: { value: 100, code: limitCode },
      default: 20,
    },
  }) as const satisfies Params

export const totalCount = { type: 'integer', description: 'Number of matches on all pages.' } as const satisfies Field

/** A string parameter without limits. */
export const textParam = (en: string, zh: string) => ({ type: 'string', description: { en, zh } }) as const

/** A string field. */
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
