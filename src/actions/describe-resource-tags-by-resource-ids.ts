import { createHash } from 'node:crypto'
import { defineAction } from '../core/action.ts'
import { fail, ok } from '../core/errors.ts'
import { regionIds } from '../core/regions.ts'
import { listOf, text, textParam, totalCount } from './shared.ts'
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
    ServiceType: {
      ...textParam(
        '`cvm`; other services have no resources here.',
        '业务类型，取值为 `cvm`。其他业务在模拟器中没有资源。',
      ),
      required: true,
    },
    ResourcePrefix: {
      ...textParam(
        '`keypair` or `instance`; other types have no resources here.',
        '资源前缀，取值为 `keypair` 或 `instance`。其他类型在模拟器中没有资源。',
      ),
      required: true,
    },
    ResourceIds: {
      type: 'array',
      description: { en: 'Ids of resources, at most 50.', zh: '资源 ID 列表，每次请求最多 50 个。' },
      required: true,
      items: textParam('Id of a resource.', '资源 ID。'),
      maxItems: { value: 50, code: 'InvalidParameterValue.ResourceIdInvalid' },
    },
    ResourceRegion: {
      ...textParam('A region, or an empty text. It selects nothing.', '资源所在地域，可以为空字符串，不影响查询结果。'),
      required: true,
    },
    Offset: {
      type: 'integer',
      description: {
        en: 'Number of items to skip, a multiple of `Limit`.',
        zh: '偏移量，即跳过的数量，必须是 `Limit` 的整数倍。',
      },
      code: 'InvalidParameterValue',
      default: 0,
    },
    Limit: {
      type: 'integer',
      description: { en: 'Maximum number of items.', zh: '返回数量。' },
      code: 'InvalidParameterValue',
      minimum: { value: 1, code: 'InvalidParameterValue' },
      default: 15,
    },
    Category: {
      type: 'string',
      description: {
        en: '`Custom`, `System` or `All`; all tags here are `Custom`.',
        zh: '标签类别，取值为 `Custom`、`System` 或 `All`。模拟器的标签均为 `Custom`。',
      },
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
