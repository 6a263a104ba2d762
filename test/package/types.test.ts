import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { optionNames } from '../../src/config/options.ts'
import { temporaryFolder } from '../support/emulator.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = (file: string, args: readonly string[], cwd = root) =>
  spawnSync(process.execPath, [join(root, 'node_modules', file), ...args], { cwd, encoding: 'utf8' })

/** A folder in which the package is installed. */
function consumer(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/cvm-emulator'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const program = `
  import { connect, type Emulator, type EmulatorOptions, type FaultRule, type Fixture, startEmulator } from 'cvm-emulator'
  import { connect as connectAlone } from 'cvm-emulator/connect'
  const options: EmulatorOptions = { port: 0, keySource: 'seeded', seed: 'x', latency: [80, 300], clock: new Date(), log: process.stderr }
  const rule: FaultRule = { error: 'InternalError', delay: [1, 2] }
  const fixtures: Fixture = { projects: [1, { projectId: 2 }] }
  const emulator: Emulator = await startEmulator({ ...options, fixtures })
  await emulator.faults.add(rule)
  const entries = await emulator.journal.waitFor({ action: 'CreateKeyPair' }, { count: 2, signal: AbortSignal.timeout(5) })
  const time: Date | undefined = entries[0]?.time
  let connected: Emulator = await connect(emulator.url, { token: 'x' })
  connected = await connectAlone(emulator.url)
  await using another: Emulator = connected
  // @ts-expect-error
  await startEmulator({ keyBits: 7 })
  // @ts-expect-error
  await emulator.faults.add({ drop: 'later' })
  await emulator.faults.add({ action: 'DescribeImages', error: 'AnyCode' })
  // @ts-expect-error
  emulator.clock.now().getTime()
  export { another, time }`

const commonJs = `
  import connect = require('cvm-emulator/connect')
  const emulator: Promise<connect.Emulator> = connect.connect('http://127.0.0.1:8213')
  export = emulator`

const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]

test.each([
  ['nodenext', ['--module', 'nodenext'], { 'program.mts': program, 'common.cts': commonJs }],
  ['node16', ['--module', 'node16', '--target', 'es2022'], { 'program.mts': program, 'common.cts': commonJs }],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler'], { 'program.mts': program }],
])('a strict program compiles with the declarations, all of which are checked: %s', (_name, options, files) => {
  const folder = consumer(files)
  const settings = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023', ...options, ...types]
  const { status, stdout } = run('typescript/bin/tsc', [...settings, ...Object.keys(files)], folder)
  expect([stdout, status]).toStrictEqual(['', 0])
})

test('every option has a comment in the editor, and so has every member of what is exported', () => {
  const declared = readFileSync(join(root, 'dist/client/types.d.ts'), 'utf8')
  for (const name of optionNames) {
    expect(declared).toMatch(new RegExp(`\\*/\\n +readonly ${name}\\?: `))
  }
  const members = [...declared.matchAll(/^(.*)\n +readonly (\w+)\??: /gm)]
  expect(members.length).toBeGreaterThan(100)
  expect(members.filter(([, before = '']) => !before.trimEnd().endsWith('*/')).map(([, , name]) => name)).toStrictEqual(
    [],
  )
})

test('the package has only the declarations that its entries need', () => {
  const declarations = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.d\.c?ts$/.test(file),
  )
  expect(declarations).toContain('emulator.d.ts')
  for (const file of declarations) {
    expect([file, existsSync(join(root, 'src', file.replace(/\.d\.c?ts$/, '.ts')))]).toStrictEqual([file, true])
    expect(file).not.toMatch(/compose|config|store/)
  }
})
