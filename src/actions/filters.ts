import { type Failure, fail } from '../core/errors.ts'
import type { ArrayParam, Bilingual } from '../core/schema.ts'

export interface Filter {
  readonly Name: string
  readonly Values: readonly string[]
}

/** The parameter `Filters`: AND between filters, OR between the values of one (docs/behaviour.md#number-of-filters). */
export const filtersOf = (names: Bilingual) =>
  ({
    type: 'array',
    description: {
      en: `${names.en}. AND between filters, OR between the values of a filter.`,
      zh: `${names.zh}。多个过滤条件之间为与（AND）关系，同一条件的多个值之间为或（OR）关系。`,
    },
    maxItems: { value: 10, code: 'InvalidFilterValue.LimitExceeded' },
    items: {
      type: 'object',
      description: { en: 'A filter.', zh: '过滤条件。' },
      code: 'InvalidParameterValue',
      fields: {
        Name: { type: 'string', description: { en: 'Name of the filter.', zh: '过滤条件的名称。' }, required: true },
        Values: {
          type: 'array',
          description: { en: 'Its values.', zh: '过滤条件的值。' },
          required: true,
          items: { type: 'string', description: { en: 'A value.', zh: '值。' } },
          maxItems: { value: 5, code: 'InvalidFilterValue.LimitExceeded' },
        },
      },
    },
  }) as const satisfies ArrayParam

/** The name under which a filter is declared: `tag:city` is a `tag:<key>`. */
export const kindOf = (name: string): string => (/^tag:./s.test(name) ? 'tag:<key>' : name)

/** The key of a filter `tag:city`. */
export const tagKeyOf = (name: string): string => name.slice('tag:'.length)

/** Returns InvalidFilter for the first filter that is not supported. */
export function findUnsupported(filters: readonly Filter[], supported: readonly string[]) {
  const unsupported = filters.find(({ Name }) => !supported.includes(kindOf(Name)))
  if (!unsupported) return undefined
  const names = supported.map((name) => `\`${name}\``).join(', ')
  return fail('InvalidFilter', { value: unsupported.Name, detail: `Supported filters: ${names}.` })
}

/** Returns InvalidParameterValue for the first value of `project-id` that is not an integer. */
export function findBadProjectId(filters: readonly Filter[]): Failure<'InvalidParameterValue'> | undefined {
  const values = filters.flatMap(({ Name, Values }) => (Name === 'project-id' ? Values : []))
  const value = values.find((text) => !/^(0|[1-9]\d{0,15})$/.test(text))
  if (value === undefined) return undefined
  const detail = 'Values of the filter `project-id` must be non-negative integers.'
  return fail('InvalidParameterValue', { parameter: 'Filters', value, detail })
}

/** The error of a call with both lists of ids and filters. */
export const idsAndFilters = (ids: string) =>
  fail('InvalidParameter', { detail: `Send either \`${ids}\` or \`Filters\`, not both.` })
