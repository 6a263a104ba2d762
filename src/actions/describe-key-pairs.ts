import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import type { KeyPair } from '../store/records.ts'
import type { KeyPairQuery, TagCondition } from '../store/store.ts'
import { type Filter, filtersOf, findBadProjectId, findUnsupported, idsAndFilters, tagKeyOf } from './filters.ts'
import { apiTime, keyId, listOf, pagingWith, tagFields, text, totalCount } from './shared.ts'

const plainFilters = ['project-id', 'key-name']

/** Lists key pairs. Unknown ids are left out of the answer (docs/behaviour.md#unknown-ids-in-describekeypairs). */
export const describeKeyPairs = defineAction({
  name: 'DescribeKeyPairs',
  summary: { en: 'Lists key pairs, newest first.', zh: '查询密钥对列表，新的在前。' },
  params: {
    KeyIds: {
      type: 'array',
      description: {
        en: 'Ids of key pairs; not together with `Filters`.',
        zh: '密钥对 ID 列表，不能与 `Filters` 同时指定。',
      },
      items: keyId,
      maxItems: { value: 100, code: 'InvalidKeyPair.LimitExceeded' },
    },
    Filters: filtersOf({
      en: '`project-id`, `key-name` (part of the name), in 3.0 also `tag-key`, `tag-value` and `tag:<key>`',
      zh: '`project-id`、`key-name`（名称的一部分），API 3.0 还支持 `tag-key`、`tag-value` 和 `tag:<key>`',
    }),
    ...pagingWith('InvalidParameterValueOffset', 'InvalidParameterValueLimit'),
  },
  response: {
    TotalCount: totalCount,
    KeyPairSet: listOf('The key pairs of this page.', 'A key pair.', {
      KeyId: text('Its id.'),
      KeyName: text('Its name.'),
      ProjectId: { type: 'integer', description: 'Its project.' },
      Description: text('Empty when never set.'),
      PublicKey: text('One OpenSSH line.'),
      AssociatedInstanceIds: {
        type: 'array',
        description: 'Instances that it is bound to.',
        items: text('Id of an instance.'),
      },
      CreatedTime: text('ISO 8601, UTC.'),
      CreateTime: { ...text('The same as `CreatedTime`; the documented example has this name.'), only: '2017-03-12' },
      Tags: { ...listOf('Its tags.', 'A tag.', tagFields), only: '3.0' },
    }),
  },
  errors: ['InvalidParameter', 'InvalidParameterValue', 'InvalidFilter'],
  '3.0': {
    errors: [
      'InternalServerError',
      'InvalidParameterValue.LimitExceeded',
      'UnauthorizedOperation.InvalidToken',
      'UnsupportedOperation',
    ],
  },
  differences: {
    '2017-03-12': { filters: plainFilters },
    '3.0': { filters: [...plainFilters, 'tag-key', 'tag-value', 'tag:<key>'] },
  },
  example: { 'Filters.1.Name': 'key-name', 'Filters.1.Values.1': 'Tencent', Offset: '0', Limit: '20' },

  handle({ namespace }, { KeyIds, Filters, Offset, Limit }, { filters }) {
    if (KeyIds && Filters) return idsAndFilters('KeyIds')
    const selected = Filters ?? []
    const refusal = findUnsupported(selected, filters) ?? findBadProjectId(selected)
    if (refusal) return refusal
    const query = KeyIds ? { keyIds: KeyIds } : toQuery(selected)
    const { total, page } = namespace.keyPairs.list(query, { offset: Offset, limit: Limit })
    return ok({ TotalCount: total, KeyPairSet: page.map(toAnswer) })
  },
})

/** Builds one query from all filters. Filters of one name must all match; each tag filter may match another tag. */
function toQuery(filters: readonly Filter[]): KeyPairQuery {
  const valuesOf = (name: string) => filters.filter(({ Name }) => Name === name).map(({ Values }) => Values)
  const keyNames = valuesOf('key-name')
  const [first, ...others] = valuesOf('project-id')
  const projectIds = first?.filter((id) => others.every((ids) => ids.includes(id))).map(Number)
  const tags = filters.flatMap(tagConditions)
  return {
    ...(keyNames.length > 0 && { keyNames }),
    ...(projectIds && { projectIds }),
    ...(tags.length > 0 && { tags }),
  }
}

function tagConditions({ Name, Values }: Filter): TagCondition[] {
  if (Name === 'tag-key') return [{ keys: Values }]
  if (Name === 'tag-value') return [{ values: Values }]
  return Name.startsWith('tag:') ? [{ keys: [tagKeyOf(Name)], values: Values }] : []
}

const toAnswer = (keyPair: KeyPair) => {
  const createdTime = apiTime(keyPair.createdTime)
  return {
    KeyId: keyPair.keyId,
    KeyName: keyPair.keyName,
    ProjectId: keyPair.projectId,
    Description: keyPair.description,
    PublicKey: keyPair.publicKey,
    AssociatedInstanceIds: keyPair.associatedInstanceIds,
    CreatedTime: createdTime,
    CreateTime: createdTime,
    Tags: keyPair.tags.map(({ key, value }) => ({ Key: key, Value: value })),
  }
}
