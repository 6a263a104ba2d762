import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const lines = (file: string) => readFileSync(new URL(file, root), 'utf8').split('\n').length - 1

test('what should stay small stays small', () => {
  const keys = readdirSync(new URL('src/keys', root)).map((name) => lines(`src/keys/${name}`))
  expect(keys.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(700)
  const ssh = readdirSync(new URL('src/ssh', root)).map((name) => lines(`src/ssh/${name}`))
  expect(ssh.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(400)
  expect(lines('scripts/build.mjs')).toBeLessThan(80)
})

test('the sources of the console stay small', () => {
  const entries = readdirSync(new URL('src/console', root), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const counts = files.map(({ parentPath, name }) => lines(pathToFileURL(join(parentPath, name)).href))
  expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2500)
})

test('the page of the console is loaded in a moment', async () => {
  const { bundleConsole } = await import('../../scripts/bundle-console.mjs' as string)
  const files = Object.values((await bundleConsole()) as Record<string, string>)
  const bytes = files.map((text) => gzipSync(text).length)
  expect(bytes.reduce((sum, count) => sum + count)).toBeLessThan(50_000)
})
