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
  params: { Text: { type: 'string', description: 'A text.' } },
  response: { Text: { type: 'string', description: 'The same text.' } },
  errors: ['InvalidParameter'],
  example: { Text: 'a' },
} as const

test('the documented codes of an action derive from its declaration', () => {
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

/** The codes without a name in one version of the API, and the names that are not in the documented list of 3.0. */
function undeclaredCodes({ params, errors, '3.0': in30, '2017-03-12': in2017, only }: Action): string[] {
  const own = [...errors, ...Object.values(params).flatMap(limitCodes)]
  const problems: string[] = []
  if (in30) {
    const { errors: listed, codes = {} } = in30
    problems.push(...own.filter((code) => !listed.includes(code) && !codes[code]).map((code) => `3.0: ${code}`))
    problems.push(...Object.values(codes).filter((code) => !listed.includes(code)))
  }
  if (only !== '3.0') {
    problems.push(
      ...own.filter((code) => code in textsOf30 && !in2017?.codes[code]).map((code) => `2017-03-12: ${code}`),
    )
  }
  return [...new Set(problems)]
}

test.each(actions)('$name has a name in each version of the API for every code that it may answer', (action) => {
  expect(undeclaredCodes(action)).toStrictEqual([])
})

test('a code without a name in one of the versions is found', () => {
  const handle = async () => ok({ Text: '' })
  const undeclared = (changes: Partial<Action>) => undeclaredCodes(defineAction({ ...declaration, ...changes, handle }))
  expect(undeclared({ '3.0': { errors: ['MissingParameter'] } })).toStrictEqual(['3.0: InvalidParameter'])
  const codes = { InvalidParameter: 'InternalError' } as const
  expect(undeclared({ '3.0': { errors: ['MissingParameter'], codes } })).toStrictEqual(['InternalError'])
  expect(undeclared({ errors: ['UnknownParameter'] })).toStrictEqual(['2017-03-12: UnknownParameter'])
})
