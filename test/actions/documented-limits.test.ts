import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import type { Param } from '../../src/core/schema.ts'

/** The numbers of the API's pages, or of `docs/behaviour.md` where a page has none, by the parameter that has them. */
const documented = [
  'CreateKeyPair KeyName minLength 1',
  'CreateKeyPair KeyName maxLength 25',
  'CreateKeyPair TagSpecification maxItems 1',
  'CreateKeyPair TagSpecification.Tags maxItems 50',
  'CreateKeyPair TagSpecification.Tags.Key minLength 1',
  'CreateKeyPair TagSpecification.Tags.Key maxLength 127',
  'CreateKeyPair TagSpecification.Tags.Value maxLength 255',
  'ImportKeyPair KeyName minLength 1',
  'ImportKeyPair KeyName maxLength 25',
  'ImportKeyPair TagSpecification maxItems 1',
  'ImportKeyPair TagSpecification.Tags maxItems 50',
  'ImportKeyPair TagSpecification.Tags.Key minLength 1',
  'ImportKeyPair TagSpecification.Tags.Key maxLength 127',
  'ImportKeyPair TagSpecification.Tags.Value maxLength 255',
  'DescribeKeyPairs KeyIds maxItems 100',
  'DescribeKeyPairs Filters maxItems 10',
  'DescribeKeyPairs Filters.Values maxItems 5',
  'DescribeKeyPairs Offset default 0',
  'DescribeKeyPairs Limit minimum 1',
  'DescribeKeyPairs Limit maximum 100',
  'DescribeKeyPairs Limit default 20',
  'ModifyKeyPairAttribute KeyName minLength 1',
  'ModifyKeyPairAttribute KeyName maxLength 25',
  'ModifyKeyPairAttribute Description maxLength 60',
  'DeleteKeyPairs KeyIds maxItems 100',
  'AssociateInstancesKeyPairs InstanceIds maxItems 100',
  'AssociateInstancesKeyPairs KeyIds maxItems 100',
  'AssociateInstancesKeyPairs ForceStop default false',
  'DisassociateInstancesKeyPairs InstanceIds maxItems 100',
  'DisassociateInstancesKeyPairs KeyIds maxItems 100',
  'DisassociateInstancesKeyPairs ForceStop default false',
  'DescribeInstances InstanceIds maxItems 100',
  'DescribeInstances Offset default 0',
  'DescribeInstances Limit minimum 1',
  'DescribeInstances Limit maximum 100',
  'DescribeInstances Limit default 20',
  'DescribeProject allList maximum 1',
  'AddProject projectName minLength 1',
  'DescribeResourceTagsByResourceIds ResourceIds maxItems 50',
  'DescribeResourceTagsByResourceIds Offset default 0',
  'DescribeResourceTagsByResourceIds Limit minimum 1',
  'DescribeResourceTagsByResourceIds Limit maximum 400',
  'DescribeResourceTagsByResourceIds Limit default 15',
]

const kinds = ['minLength', 'maxLength', 'minimum', 'maximum', 'maxItems', 'default'] as const

function limitsOf(path: string, param: Param): string[] {
  const own = kinds.flatMap((kind) => {
    const limit = (param as unknown as Record<string, unknown>)[kind]
    if (limit === undefined) return []
    const value = typeof limit === 'object' && limit !== null ? (limit as { value: unknown }).value : limit
    return [`${path} ${kind} ${value}`]
  })
  if (param.type === 'array') return [...own, ...limitsOf(path, param.items)]
  if (param.type !== 'object') return own
  return [...own, ...Object.entries(param.fields).flatMap(([name, field]) => limitsOf(`${path}.${name}`, field))]
}

test('the declared limits are the documented ones, and no others', () => {
  const declared = actions.flatMap(({ name, params }) =>
    Object.entries(params).flatMap(([param, declaration]) => limitsOf(`${name} ${param}`, declaration)),
  )
  expect(declared).toStrictEqual(documented)
})
