import { expect, test } from 'vitest'
import { absentTools } from './absent-tools.ts'
import { modeWithout } from './tools.ts'

test('a test whose program is absent is skipped, but in CI it fails', () => {
  const absent = absentTools(['sh', 'sh -c true', 'no-such-program', '/no/such/path', 'sh -c false'])
  expect(absent).toStrictEqual(['no-such-program', '/no/such/path', 'sh -c false'])
  expect([modeWithout(absent, false), modeWithout(absent, true), modeWithout([], true)]).toStrictEqual([
    'skip',
    'fail',
    'run',
  ])
})
