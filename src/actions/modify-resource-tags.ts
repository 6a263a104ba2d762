import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import { regionIds } from '../core/regions.ts'
import type { ArrayParam, ObjectParam } from '../core/schema.ts'
import { maxTagKeyLength, maxTags, maxTagValueLength, reservedTagKey, reservedTagKeyRule, textParam } from './shared.ts'
import { resourceOf, resourcePrefixes } from './tag-resources.ts'

/** Letters and digits of any language and some signs, with blanks inside (docs/behaviour.md#tag-keys-and-values). */
const characters = /^(?! )[\p{L}\p{M}\p{N} +\-=._:/@()[\],;><（）【】：]*(?<! )$/u
const rule = 'consist of letters, digits, blanks inside, and + - = . _ : / @ ( ) [ ] , ; > <'

const tagKey = {
  type: 'string',
  description: {
    en: `Its key, at most ${maxTagKeyLength} characters.`,
    zh: `标签键，长度不超过 ${maxTagKeyLength} 个字符。`,
  },
  required: true,
  minLength: { value: 1, code: 'InvalidParameterValue.TagKeyEmpty' },
  maxLength: { value: maxTagKeyLength, code: 'InvalidParameterValue.TagKeyLengthExceeded' },
} as const

const tag = {
  type: 'object',
  description: { en: 'A tag.', zh: '标签。' },
  code: 'InvalidParameter.Tag',
  missingCode: 'MissingParameter',
  fields: { TagKey: tagKey },
} as const satisfies ObjectParam

const tagsOf = <const Item extends ObjectParam>(en: string, zh: string, items: Item) =>
  ({
    type: 'array',
    description: { en, zh },
    maxItems: { value: 10, code: 'InvalidParameter.Tag' },
    distinct: { value: 'TagKey', code: 'InvalidParameter.Tag' },
    items,
  }) as const satisfies ArrayParam

/** Terraform leaves the account out, since a caller can only reach its own resources. */
const resourcePattern = new RegExp(`^qcs::cvm:([^:]*):uin/\\d*:(${resourcePrefixes.join('|')})/([^/]+)$`)

/** Terraform sets the tags of a key pair with this call (docs/behaviour.md#tags-of-resources). */
export const modifyResourceTags = defineAction({
  name: 'ModifyResourceTags',
  summary: {
    en: 'Sets and removes tags of a key pair or an instance (tag service).',
    zh: '修改密钥对或实例的标签（标签服务）。',
  },
  only: '3.0',
  service: 'tag',
  needsRegion: false,
  params: {
    Resource: {
      ...textParam(
        'The resource, such as `qcs::cvm:ap-guangzhou:uin/:keypair/skey-mv9yzyjj`.',
        '资源的六段式描述，例如 `qcs::cvm:ap-guangzhou:uin/:keypair/skey-mv9yzyjj`。',
      ),
      required: true,
    },
    ReplaceTags: tagsOf('Tags to set, at most 10.', '需要设置的标签，最多 10 个。', {
      ...tag,
      fields: {
        TagKey: {
          ...tagKey,
          pattern: { value: characters, code: 'InvalidParameterValue.TagKeyCharacterIllegal', rule },
        },
        TagValue: {
          type: 'string',
          description: {
            en: `Its value, at most ${maxTagValueLength} characters.`,
            zh: `标签值，长度不超过 ${maxTagValueLength} 个字符。`,
          },
          required: true,
          maxLength: { value: maxTagValueLength, code: 'InvalidParameterValue.TagValueLengthExceeded' },
          pattern: { value: characters, code: 'InvalidParameterValue.TagValueCharacterIllegal', rule },
        },
        Category: textParam('Ignored.', '标签类别，模拟器忽略该参数。'),
      },
    }),
    DeleteTags: tagsOf('Tags to remove, at most 10.', '需要删除的标签，最多 10 个。', tag),
  },
  response: {},
  errors: [
    'InvalidParameter.ReservedTagKey',
    'InvalidParameterValue.DeleteTagsParamError',
    'InvalidParameterValue.ResourceDescriptionError',
    'LimitExceeded.ResourceAttachedTags',
  ],
  '3.0': {
    errors: [
      'FailedOperation',
      'FailedOperation.PolicyEnforcedInvalid',
      'LimitExceeded.Quota',
      'LimitExceeded.TagKey',
      'LimitExceeded.TagValue',
    ],
  },
  example: {
    Resource: 'qcs::cvm:ap-guangzhou:uin/:keypair/skey-mv9yzyjj',
    'ReplaceTags.0.TagKey': 'testTagKey',
    'ReplaceTags.0.TagValue': 'testTagValue',
  },

  handle({ namespace }, { Resource, ReplaceTags = [], DeleteTags = [] }) {
    const [, region = '', prefix = '', id = ''] = resourcePattern.exec(Resource) ?? []
    if (id === '' || !['', ...regionIds].includes(region)) {
      const detail = '`Resource` must be like `qcs::cvm:ap-guangzhou:uin/:keypair/skey-mv9yzyjj`.'
      return fail('InvalidParameterValue.ResourceDescriptionError', { value: Resource, detail })
    }
    if (ReplaceTags.length + DeleteTags.length === 0) {
      const detail = 'Send `ReplaceTags`, `DeleteTags` or both.'
      return fail('InvalidParameterValue.DeleteTagsParamError', { detail })
    }
    const removed = new Set(DeleteTags.map(({ TagKey }) => TagKey))
    const inBoth = ReplaceTags.find(({ TagKey }) => removed.has(TagKey))
    if (inBoth) {
      const detail = '`ReplaceTags` and `DeleteTags` may not have the same key.'
      return fail('InvalidParameterValue.DeleteTagsParamError', { value: inBoth.TagKey, detail })
    }
    const reserved = ReplaceTags.find(({ TagKey }) => reservedTagKey.test(TagKey))
    if (reserved) {
      return fail('InvalidParameter.ReservedTagKey', {
        value: reserved.TagKey,
        detail: `It may ${reservedTagKeyRule}.`,
      })
    }
    return namespace.transaction(() => {
      const resource = resourceOf(namespace, prefix, id)
      if (!resource) {
        const detail = `This account has no ${prefix === 'keypair' ? 'key pair' : 'instance'} with this id.`
        return fail('InvalidParameterValue.ResourceDescriptionError', { value: Resource, detail })
      }
      const values = new Map(resource.tags.map(({ key, value }) => [key, value]))
      for (const key of removed) values.delete(key)
      for (const { TagKey, TagValue } of ReplaceTags) values.set(TagKey, TagValue)
      if (values.size > maxTags) {
        const detail = `The limit is ${maxTags} tags per resource; it would have ${values.size}.`
        return fail('LimitExceeded.ResourceAttachedTags', { detail })
      }
      resource.setTags([...values].map(([key, value]) => ({ key, value })))
      return ok({})
    })
  },
})
