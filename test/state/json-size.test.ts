import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measureJson } from '../../src/system/json-size.ts'
import { start } from '../support/emulator.ts'

const noLimits = { values: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY }

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

const countOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + countOf(one), 1)
    : 1

test('the levels of a JSON text are counted exactly, and its values not too low, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 9 }), async (value, length) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) =>
        bytes.subarray(n * length, (n + 1) * length),
      )
      const { values, depth } = await measureJson(pieces, noLimits)
      expect(depth).toBe(depthOf(value))
      expect(values).toBeGreaterThanOrEqual(countOf(value) - depthOf(value))
      expect(values).toBeLessThanOrEqual(2 * countOf(value))
    }),
  )
})

test('brackets and commas in texts do not count', async () => {
  const bytes = Buffer.from(JSON.stringify({ a: '[[[{{{,,,"\\', b: '\\"[,' }))
  expect(await measureJson([bytes], noLimits)).toStrictEqual({ values: 3, depth: 1 })
})

describe('a body of a control route with', () => {
  test.each([
    ['too many values', `[${'0,'.repeat(100_000)}0]`, 'The body has more than 100000 values.'],
    ['too many levels', '['.repeat(200), 'The body is nested too deeply: the limit is 102 levels.'],
  ])('%s is refused before it is parsed', async (_what, body, message) => {
    const { url } = await start()
    const response = await fetch(`${url}/_emulator/faults`, { method: 'POST', body })
    expect([response.status, await response.json()]).toStrictEqual([400, { error: { code: 'BadRequest', message } }])
  })
})
