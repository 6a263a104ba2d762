import { expect, test } from 'vitest'
import { absentTools, fateWithout } from './tools.js'

test('a test whose program is absent is skipped, but in CI it fails', () => {
  const absent = absentTools(['sh', 'no-such-program', '/no/such/path'])
  expect(absent).toStrictEqual(['no-such-program', '/no/such/path'])
  expect([fateWithout(absent, false), fateWithout(absent, true), fateWithout([], true)]).toStrictEqual([
    'skip',
    'fail',
    'run',
  ])
})
