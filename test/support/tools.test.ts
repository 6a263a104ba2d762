import { expect, test } from 'vitest'
import { absentTools, fateWithout } from './tools.ts'

test('a test whose program is absent is skipped, but in CI it fails', () => {
  const absent = absentTools(['sh', 'sh -c true', 'no-such-program', '/no/such/path', 'sh -c false'])
  expect(absent).toStrictEqual(['no-such-program', '/no/such/path', 'sh -c false'])
  expect([fateWithout(absent, false), fateWithout(absent, true), fateWithout([], true)]).toStrictEqual([
    'skip',
    'fail',
    'run',
  ])
})
