import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { nodeVersionError } from '../../src/system/version.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { oldNode } from '../support/node-versions.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const required = manifest.engines.node.replace('>=', '')

test.each([
  ['20.20.2', false],
  ['22.13.1', false],
  ['9.99.0', false],
  ['22.14.0', true],
  ['22.23.3', true],
  ['24.0.0', true],
  ['100.1.0', true],
])('Node %s is new enough for 22.14: %s', (running, isEnough) => {
  expect(nodeVersionError(running, '22.14') === undefined).toBe(isEnough)
})

test('on a Node that is too old the command and the package say so in one line', { timeout: 300_000 }, () => {
  const node = oldNode(temporaryFolder())
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1)
  const text = `Node ${required} or newer is required; this is Node ${version}.`

  for (const args of [['--port', '0'], ['--help']]) {
    const { status, signal, stdout, stderr } = spawnSync(node, ['dist/main.js', ...args], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ status, signal, stdout, stderr }).toStrictEqual({
      status: 2,
      signal: null,
      stdout: '',
      stderr: `cvm-emulator: ${text}\n`,
    })
  }

  const program = `
    import { OperatorError, startEmulator } from 'cvm-emulator'
    startEmulator().catch((error) => console.log(error instanceof OperatorError, error.message))`
  const { stdout, stderr } = spawnSync(node, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' })
  expect(stdout + stderr).toBe(`true ${text}\n`)
})

test('where better-sqlite3 came without its binary, one line says so and names the cure', () => {
  const folder = temporaryFolder()
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  rmSync(join(modules, 'better-sqlite3'))
  cpSync(join(root, 'node_modules/better-sqlite3/lib'), join(modules, 'better-sqlite3/lib'), { recursive: true })
  cpSync(join(root, 'node_modules/better-sqlite3/package.json'), join(modules, 'better-sqlite3/package.json'))
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))

  for (const args of [[], ['--data', join(folder, 'data')]]) {
    const command = ['dist/main.js', '--port', '0', ...args]
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
    expect([status, stdout]).toStrictEqual([2, ''])
    expect(stderr).toMatch(/^cvm-emulator: better-sqlite3 has no binary that loads on \w+-\w+ .* npm explore .*\n$/)
  }
})
