import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faults } from './faults.ts'

const root = new URL('../../', import.meta.url)

test.each(faults)('$name: it can be planted, and its test is there', ({ file, text, replacement, test: testFile }) => {
  const occurrences = readFileSync(new URL(file, root), 'utf8').split(text).length - 1
  expect(occurrences).toBe(1)
  expect(replacement).not.toBe(text)
  expect(existsSync(new URL(testFile, root))).toBe(true)
})
