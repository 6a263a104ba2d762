import type { IntegerParam, StringParam } from '../core/schema.js'

/** spec/key-pairs.md §1; the order of its checks is that of the documented table of codes. */
export const keyName = {
  type: 'string',
  description: 'Name of the key pair: English letters, digits and underscores, at most 25 characters.',
  required: true,
  minLength: { value: 1, code: 'InvalidKeyPairNameEmpty' },
  maxLength: { value: 25, code: 'InvalidKeyPairNameTooLong' },
  pattern: {
    value: /^[A-Za-z0-9_]+$/,
    code: 'InvalidKeyPairNameIncludeIllegalChar',
    allowed: 'English letters, digits and underscores',
  },
} as const satisfies StringParam

export const projectId = {
  type: 'integer',
  description: 'Project that the key pair belongs to; 0 is the default project.',
  required: true,
  code: 'InvalidParameterValue',
} as const satisfies IntegerParam
