import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const lines = (file: string) => readFileSync(new URL(file, root), 'utf8').split('\n').length - 1

test('what should stay small stays small', () => {
  const keys = readdirSync(new URL('src/keys', root)).map((name) => lines(`src/keys/${name}`))
  expect(keys.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(700)
  expect(lines('scripts/build.mjs')).toBeLessThan(80)
})
