import { expect, test } from 'vitest'
import { createKeyPair } from '../../src/actions/create-key-pair.ts'
import { actions } from '../../src/actions/index.ts'
import { type Action, defineAction, documentedCodes } from '../../src/core/action.ts'
import { fail, ok } from '../../src/core/errors.ts'
import { textsOf30 } from '../../src/core/errors-3.0.ts'
import { limitCodes } from '../../src/core/schema.ts'

const declaration = {
  name: 'Echo',
  summary: { en: 'Answers what it was sent.', zh: '原样返回。' },
  params: { Text: { type: 'string', description: { en: 'A text.', zh: '一段文本。' } } },
  response: { Text: { type: 'string', description: 'The same text.' } },
  errors: ['InvalidParameter'],
  example: { Text: 'a' },
} as const

test('the documented codes of an action derive from its declaration', () => {
  expect(documentedCodes('2017-03-12', createKeyPair).toSorted()).toStrictEqual([
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

test('the compiler checks an action against its declaration', () => {
  const echo = defineAction({ ...declaration, handle: async (_context, { Text = '' }) => ok({ Text }) })
  expect(echo.name).toBe('Echo')

  // @ts-expect-error: returns an undeclared code
  defineAction({ ...declaration, handle: async () => fail('MissingParameter') })
  // @ts-expect-error: returns a field of another type
  defineAction({ ...declaration, handle: async () => ok({ Text: 1 }) })
  // @ts-expect-error: leaves out a field of its answer
  defineAction({ ...declaration, handle: async () => ok({}) })
  // @ts-expect-error: uses an optional parameter as if it were always set
  defineAction({ ...declaration, handle: async (_context, { Text }) => ok({ Text }) })
  // @ts-expect-error: reads an undeclared parameter
  defineAction({ ...declaration, handle: async (_context, { Other }) => ok({ Text: Other }) })
  // @ts-expect-error: declares a code that does not exist
  defineAction({ ...declaration, errors: ['NoSuchCode'], handle: async () => ok({ Text: '' }) })
})

/** The codes without a name in 2017-03-12. `api-versions.test.ts` compares the codes of 3.0 with the documented ones. */
function undeclaredCodes({ params, errors, '2017-03-12': in2017, only }: Action): string[] {
  const own = [...errors, ...Object.values(params).flatMap(limitCodes)]
  return only === '3.0' ? [] : own.filter((code) => code in textsOf30 && !in2017?.codes[code])
}

test.each(actions)('$name has a name in 2017-03-12 for every code that it may answer', (action) => {
  expect(undeclaredCodes(action)).toStrictEqual([])
})

test('a code without a name in 2017-03-12 is found', () => {
  const handle = async () => ok({ Text: '' })
  expect(undeclaredCodes(defineAction({ ...declaration, errors: ['UnknownParameter'], handle }))).toStrictEqual([
    'UnknownParameter',
  ])
})
