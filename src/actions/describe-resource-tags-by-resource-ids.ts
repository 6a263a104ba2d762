import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { listOf, text, totalCount } from './shared.ts'

/** Terraform sends this request after every read of a key pair (docs/behaviour.md#tags-of-resources). */
export const describeResourceTagsByResourceIds = defineAction({
  name: 'DescribeResourceTagsByResourceIds',
  summary: { en: 'Lists the tags of key pairs (tag service).', zh: '查询密钥对的标签（标签服务）。' },
  only: '3.0',
  service: 'tag',
  needsRegion: false,
  params: {
    ServiceType: { ...text('`cvm`; other services have no resources here.'), required: true },
    ResourcePrefix: { ...text('`keypair`; other types have no resources here.'), required: true },
    ResourceIds: {
      type: 'array',
      description: 'Ids of key pairs, at most 50.',
      required: true,
      items: text('Id of a key pair.'),
      maxItems: { value: 50, code: 'InvalidParameterValue' },
    },
    ResourceRegion: text('Ignored, because key pairs have no region.'),
    Offset: { type: 'integer', description: 'Number of items to skip.', code: 'InvalidParameterValue', default: 0 },
    Limit: {
      type: 'integer',
      description: 'Maximum number of items, 1 to 400.',
      code: 'InvalidParameterValue',
      minimum: { value: 1, code: 'InvalidParameterValue' },
      maximum: { value: 400, code: 'InvalidParameterValue' },
      default: 15,
    },
  },
  response: {
    TotalCount: totalCount,
    Offset: { type: 'integer', description: 'As sent.' },
    Limit: { type: 'integer', description: 'As sent.' },
    Tags: listOf('The tags of this page.', 'A tag of a resource.', {
      TagKey: text('Its key.'),
      TagValue: text('Its value.'),
      ResourceId: text('Id of the key pair.'),
      ServiceType: text('`cvm`.'),
    }),
  },
  errors: [],
  '3.0': { errors: [] },
  example: { ServiceType: 'cvm', ResourcePrefix: 'keypair', 'ResourceIds.0': 'skey-mv9yzyjj' },

  handle({ namespace }, { ServiceType, ResourcePrefix, ResourceIds, Offset, Limit }) {
    const ids = ServiceType === 'cvm' && ResourcePrefix === 'keypair' ? [...new Set(ResourceIds)] : []
    const tags = ids.flatMap((ResourceId) =>
      (namespace.keyPairs.find(ResourceId)?.tags ?? []).map(({ key, value }) => {
        return { TagKey: key, TagValue: value, ResourceId, ServiceType }
      }),
    )
    return ok({ TotalCount: tags.length, Offset, Limit, Tags: tags.slice(Offset, Offset + Limit) })
  },
})
