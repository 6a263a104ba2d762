import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { start, temporaryFolder } from '../support/emulator.ts'
import { blocksOf, pages, root, runnerOf } from '../support/pages.ts'
import { runAsync } from '../support/tools.ts'

const programs = pages
  .filter((page) => page !== 'README.zh-CN.md')
  .flatMap(blocksOf)
  .filter((block) => runnerOf(block) === 'package')

test('the README and docs/testing.md have programs that import the package', () => {
  expect(new Set(programs.map(({ page }) => page))).toStrictEqual(new Set(['README.md', 'docs/testing.md']))
})

test.each(programs)('$page:$line runs in a project that has the package', async ({ text }) => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(fileURLToPath(root), join(folder, 'node_modules/cvm-emulator'))
  const { port } = await start()
  writeFileSync(join(folder, 'program.test.mjs'), text.replaceAll('127.0.0.1:8213', `127.0.0.1:${port}`))
  const { status, output } = await runAsync(process.execPath, ['--test', '--test-reporter=tap'], folder)
  expect(status, output).toBe(0)
  expect(output).toMatch(/^# fail 0$/m)
  expect(output).toMatch(/^# pass [1-9]/m)
})
