import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterEach, expect, test, vi } from 'vitest'
import { hasToken } from '../../src/control/access.ts'

afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

// The time that a comparison takes cannot be tested; that nothing decides but a comparison in constant time can
test.each([
  ['the token', 'Bearer right', true],
  ['another of the same length', 'Bearer wrong', false],
  ['one of another length', 'Bearer', false],
  ['none', undefined, false],
])('%s is compared in constant time, over values of one length', (_what, authorization, expected) => {
  const compare = vi.spyOn(crypto, 'timingSafeEqual')
  syncBuiltinESMExports()
  expect(hasToken({ authorization }, 'right')).toBe(expected)
  expect(compare.mock.calls.map((values) => values.map(({ byteLength }) => byteLength))).toStrictEqual([[32, 32]])
})
