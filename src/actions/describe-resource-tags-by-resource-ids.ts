import { createHash } from 'node:crypto'
import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import { regionIds } from '../core/regions.ts'
import { listOf, text, totalCount } from './shared.ts'
import { resourceOf } from './tag-resources.ts'

/** Terraform sends this request after every read of a key pair (docs/behaviour.md#tags-of-resources). */
export const describeResourceTagsByResourceIds = defineAction({
  name: 'DescribeResourceTagsByResourceIds',
  summary: {
    en: 'Lists the tags of key pairs and instances (tag service).',
    zh: '查询密钥对和实例的标签（标签服务）。',
  },
  only: '3.0',
  service: 'tag',
  needsRegion: false,
  params: {
    ServiceType: { ...text('`cvm`; other services have no resources here.'), required: true },
    ResourcePrefix: { ...text('`keypair` or `instance`; other types have no resources here.'), required: true },
    ResourceIds: {
      type: 'array',
      description: 'Ids of resources, at most 50.',
      required: true,
      items: text('Id of a resource.'),
      maxItems: { value: 50, code: 'InvalidParameterValue.ResourceIdInvalid' },
    },
    ResourceRegion: { ...text('A region, or an empty text. It selects nothing.'), required: true },
    Offset: {
      type: 'integer',
      description: 'Number of items to skip, a multiple of `Limit`.',
      code: 'InvalidParameterValue',
      default: 0,
    },
    Limit: {
      type: 'integer',
      description: 'Maximum number of items.',
      code: 'InvalidParameterValue',
      minimum: { value: 1, code: 'InvalidParameterValue' },
      default: 15,
    },
    Category: {
      type: 'string',
      description: '`Custom`, `System` or `All`; all tags here are `Custom`.',
      pattern: {
        value: /^(Custom|System|All)$/,
        code: 'InvalidParameterValue',
        rule: 'be `Custom`, `System` or `All`',
      },
    },
  },
  response: {
    TotalCount: totalCount,
    Offset: { type: 'integer', description: 'As sent.' },
    Limit: { type: 'integer', description: 'As sent.' },
    Tags: listOf('The tags of this page.', 'A tag of a resource.', {
      TagKey: text('Its key.'),
      TagValue: text('Its value.'),
      ResourceId: text('Id of the resource.'),
      TagKeyMd5: text('MD5 of the key, in hexadecimal.'),
      TagValueMd5: text('MD5 of the value, in hexadecimal.'),
      ServiceType: text('`cvm`.'),
      Category: text('`Custom`.'),
    }),
  },
  errors: ['InvalidParameterValue', 'InvalidParameterValue.RegionInvalid'],
  '3.0': {
    errors: [
      'FailedOperation',
      'InvalidParameterValue.ResourcePrefixInvalid',
      'InvalidParameterValue.ServiceTypeInvalid',
      'InvalidParameterValue.UinInvalid',
      'UnsupportedOperation',
    ],
  },
  example: {
    ServiceType: 'cvm',
    ResourcePrefix: 'keypair',
    'ResourceIds.0': 'skey-mv9yzyjj',
    ResourceRegion: 'ap-guangzhou',
  },

  handle({ namespace }, { ServiceType, ResourcePrefix, ResourceIds, ResourceRegion, Offset, Limit, Category }) {
    if (!['', ...regionIds].includes(ResourceRegion)) {
      return fail('InvalidParameterValue.RegionInvalid', {
        value: ResourceRegion,
        detail: '`ResourceRegion` is no region.',
      })
    }
    if (Offset % Limit !== 0) {
      const detail = '`Offset` must be a multiple of `Limit`.'
      return fail('InvalidParameterValue', { parameter: 'Offset', value: `${Offset}`, detail })
    }
    const ids = ServiceType === 'cvm' && Category !== 'System' ? new Set(ResourceIds) : []
    const tags = [...ids].flatMap((ResourceId) =>
      (resourceOf(namespace, ResourcePrefix, ResourceId)?.tags ?? []).map(({ key, value }) => ({
        ...{ TagKey: key, TagValue: value, ResourceId, TagKeyMd5: md5(key), TagValueMd5: md5(value) },
        ...{ ServiceType, Category: 'Custom' },
      })),
    )
    return ok({ TotalCount: tags.length, Offset, Limit, Tags: tags.slice(Offset, Offset + Limit) })
  },
})

const md5 = (content: string) => createHash('md5').update(content).digest('hex')
