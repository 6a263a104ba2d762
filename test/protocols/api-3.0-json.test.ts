import { expect, test } from 'vitest'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'

const create = { KeyName: 'k', ProjectId: 0 }

/**
 * Types and structures in a JSON body of 3.0 (docs/behaviour.md#json-types,
 * docs/behaviour.md#null-and-empty-values-in-json).
 */
test.each<[string, string, unknown, string, string]>([
  ['a null', 'CreateKeyPair', { KeyName: null, ProjectId: 0 }, 'MissingParameter', '`KeyName`'],
  [
    'an empty list',
    'DescribeKeyPairs',
    { Filters: [] },
    'InvalidParameterValue',
    'The value `[]` specified in the parameter `Filters` is not valid.',
  ],
  [
    'a string in place of a number',
    'CreateKeyPair',
    { ...create, ProjectId: '0' },
    'InvalidParameter',
    'The value type of parameter `ProjectId` is not valid, input type should be `integer`',
  ],
  [
    'a number in a list',
    'DeleteKeyPairs',
    { KeyIds: [1] },
    'InvalidParameter',
    'The value type of parameter `KeyIds.0` is not valid, input type should be `string`',
  ],
  [
    'a structure of nulls, which counts as sent',
    'CreateKeyPair',
    { ...create, TagSpecification: [{ ResourceType: null, Tags: null }] },
    'MissingParameter',
    '`TagSpecification.0.ResourceType` is missing.',
  ],
  [
    'a name with dots, which is one name in JSON',
    'DeleteKeyPairs',
    { 'KeyIds.0': 'skey-00000001' },
    'MissingParameter',
    '`KeyIds`',
  ],
  [
    'a long name with thousands of members',
    'DescribeKeyPairs',
    { ['a'.repeat(1_000_000)]: Array(9000).fill(1) },
    'InvalidParameter',
    'A parameter name must have at most 1024 characters.',
  ],
  ['JSON that is not an object', 'CreateKeyPair', 'null', 'InvalidParameter', 'The body must be a JSON object.'],
  [
    'a null in a list',
    'DeleteKeyPairs',
    { KeyIds: ['skey-00000001', null] },
    'InvalidParameter',
    'The value type of parameter `KeyIds.1` is not valid, input type should be `string`',
  ],
  [
    'a structure with the names of a list',
    'DeleteKeyPairs',
    { KeyIds: { 0: 'skey-00000001' } },
    'InvalidParameter',
    'The value type of parameter `KeyIds` is not valid, input type should be `array`',
  ],
  [
    'a list in place of a structure',
    'DescribeKeyPairs',
    { Filters: [['zone']] },
    'InvalidParameter',
    'The value type of parameter `Filters.0` is not valid, input type should be `object`',
  ],
  ['a fraction', 'DescribeKeyPairs', { Limit: 1.5 }, 'InvalidParameterValueLimit', '`1.5`'],
  ['a first letter in lower case', 'CreateKeyPair', { keyName: 'k', ProjectId: 0 }, 'MissingParameter', '`KeyName`'],
  [
    'half a surrogate pair',
    'ModifyKeyPairAttribute',
    '{"KeyId":"skey-00000001","Description":"\\ud800"}',
    'InvalidParameter',
    'UTF-8',
  ],
  ['no JSON', 'CreateKeyPair', '{"KeyName":', 'InvalidParameter', 'JSON'],
])('%s', async (_what, action, params, Code, text) => {
  const { Response } = await call30(await start(), action, params)
  expect(Response.Error).toStrictEqual({ Code, Message: expect.stringContaining(text) })
})
