import { expect, test } from 'vitest'
import { createKeyPair } from '../../src/actions/create-key-pair.js'
import { defineAction, documentedCodes } from '../../src/core/action.js'
import { fail, ok } from '../../src/core/errors.js'

const declaration = {
  name: 'Echo',
  summary: { en: 'Answers what it was sent.', zh: '原样返回。' },
  params: { Text: { type: 'string', description: 'A text.' } },
  response: { Text: { type: 'string', description: 'The same text.' } },
  errors: ['InvalidParameter'],
  example: { Text: 'a' },
} as const

test('the documented codes of an action are those of its table, derived', () => {
  expect(documentedCodes(createKeyPair).toSorted()).toStrictEqual([
    'InternalServerError',
    'InvalidKeyPair.LimitExceeded',
    'InvalidKeyPairName.Duplicate',
    'InvalidKeyPairNameEmpty',
    'InvalidKeyPairNameIncludeIllegalChar',
    'InvalidKeyPairNameTooLong',
    'InvalidParameterValue',
    'InvalidProjectId.NotFound',
    'MissingParameter',
  ])
})

test('the compiler holds an action to its declaration', () => {
  const echo = defineAction({ ...declaration, handle: async (_context, { Text = '' }) => ok({ Text }) })
  expect(echo.name).toBe('Echo')

  // @ts-expect-error: it returns a code that it does not list
  defineAction({ ...declaration, handle: async () => fail('MissingParameter') })
  // @ts-expect-error: it answers a field of another type
  defineAction({ ...declaration, handle: async () => ok({ Text: 1 }) })
  // @ts-expect-error: it leaves out a field of its answer
  defineAction({ ...declaration, handle: async () => ok({}) })
  // @ts-expect-error: it takes an optional parameter for granted
  defineAction({ ...declaration, handle: async (_context, { Text }) => ok({ Text }) })
  // @ts-expect-error: it reads a parameter that it does not declare
  defineAction({ ...declaration, handle: async (_context, { Other }) => ok({ Text: Other }) })
  // @ts-expect-error: 3.0 has no word for a code of its own
  defineAction({ ...declaration, v3: { errors: ['MissingParameter'] }, handle: async () => ok({ Text: '' }) })
  const elsewhere = { errors: ['MissingParameter'], codes: { InvalidParameter: 'InternalError' } } as const
  // @ts-expect-error: what it says in place of a code is not in the list of 3.0
  defineAction({ ...declaration, v3: elsewhere, handle: async () => ok({ Text: '' }) })
  const errors = ['UnknownParameter'] as const
  // @ts-expect-error: 2017-03-12 has no word for a code that only 3.0 has
  defineAction({ ...declaration, errors, handle: async () => ok({ Text: '' }) })
  // @ts-expect-error: its table names a code that does not exist
  defineAction({ ...declaration, errors: ['NoSuchCode'], handle: async () => ok({ Text: '' }) })
})
