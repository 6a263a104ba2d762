import { defineAction } from '../core/action.ts'
import { fail, ok, type Result } from '../core/errors.ts'
import type { KeyPair, KeyPairQuery, TagCondition } from '../store/store.ts'
import { apiTime, keyId, limit, listOf, offset, text, totalCount } from './shared.ts'

const plainFilters = ['project-id', 'key-name']

/** Lists key pairs. Unknown ids are left out of the answer (docs/behaviour.md#unknown-ids-in-describekeypairs). */
export const describeKeyPairs = defineAction({
  name: 'DescribeKeyPairs',
  summary: { en: 'Lists key pairs, newest first.', zh: '查询密钥对列表，新的在前。' },
  params: {
    KeyIds: {
      type: 'array',
      description: 'Ids of key pairs; not together with `Filters`.',
      items: keyId,
      maxItems: { value: 100, code: 'InvalidKeyPair.LimitExceeded' },
    },
    Filters: {
      type: 'array',
      description:
        '`project-id`, `key-name` (exact match), in 3.0 also `tag-key`, `tag-value` and `tag:<key>`. AND between filters, OR between the values of a filter.',
      maxItems: { value: 10, code: 'InvalidFilterValue.LimitExceeded' },
      items: {
        type: 'object',
        description: 'A filter.',
        code: 'InvalidParameterValue',
        fields: {
          Name: { type: 'string', description: 'Name of the filter.', required: true },
          Values: {
            type: 'array',
            description: 'Its values.',
            required: true,
            items: { type: 'string', description: 'A value.' },
            maxItems: { value: 5, code: 'InvalidFilterValue.LimitExceeded' },
          },
        },
      },
    },
    Offset: offset,
    Limit: limit,
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
      Tags: { ...listOf('Its tags.', 'A tag.', { Key: text('Its key.'), Value: text('Its value.') }), only: '3.0' },
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
    if (KeyIds && Filters) {
      return fail('InvalidParameter', { detail: 'Send either `KeyIds` or `Filters`, not both.' })
    }
    const query = KeyIds ? { ok: true as const, value: { keyIds: KeyIds } } : toQuery(Filters ?? [], filters)
    if (!query.ok) return query
    const { total, page } = namespace.keyPairs.list(query.value, { offset: Offset, limit: Limit })
    return ok({ TotalCount: total, KeyPairSet: page.map(toAnswer) })
  },
})

interface Filter {
  readonly Name: string
  readonly Values: readonly string[]
}

/** Builds one query from all filters. Filters of one name must all match; each tag filter may match another tag. */
function toQuery(
  filters: readonly Filter[],
  supported: readonly string[],
): Result<KeyPairQuery, 'InvalidFilter' | 'InvalidParameterValue'> {
  const valuesByFilter = new Map<string, readonly string[]>()
  const tags: TagCondition[] = []
  for (const { Name, Values } of filters) {
    const kind = /^tag:./s.test(Name) ? 'tag:<key>' : Name
    if (!supported.includes(kind)) {
      const names = supported.map((name) => `\`${name}\``).join(', ')
      return fail('InvalidFilter', { value: Name, detail: `Supported filters: ${names}.` })
    }
    const notANumber = Name === 'project-id' ? Values.find((value) => !/^(0|[1-9]\d{0,15})$/.test(value)) : undefined
    if (notANumber !== undefined) {
      const detail = 'Values of the filter `project-id` must be non-negative integers.'
      return fail('InvalidParameterValue', { parameter: 'Filters', value: notANumber, detail })
    }
    const condition = tagCondition(Name, Values)
    if (condition) tags.push(condition)
    else valuesByFilter.set(Name, valuesByFilter.get(Name)?.filter((value) => Values.includes(value)) ?? Values)
  }
  const [keyNames, projectIds] = [valuesByFilter.get('key-name'), valuesByFilter.get('project-id')?.map(Number)]
  return ok({ ...(keyNames && { keyNames }), ...(projectIds && { projectIds }), ...(tags.length > 0 && { tags }) })
}

function tagCondition(name: string, values: readonly string[]): TagCondition | undefined {
  if (name === 'tag-key') return { keys: values }
  if (name === 'tag-value') return { values }
  return name.startsWith('tag:') ? { keys: [name.slice('tag:'.length)], values } : undefined
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
