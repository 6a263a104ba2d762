import { spawnSync } from 'node:child_process'
import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { satisfies } from 'semver'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { temporaryFolder } from '../support/emulator.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a program with the Node that runs this file. */
function runNode(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Packs what was built and returns the tarball. */
function pack(folder: string): string {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  const { status, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return join(folder, `cvm-emulator-${manifest.version}.tgz`)
}

test('publint and arethetypeswrong find nothing wrong with the tarball', () => {
  const tarball = pack(temporaryFolder())
  const inRoot = (file: string, ...args: readonly string[]) => runNode([join('node_modules', file), ...args], root)
  expect(inRoot('publint/src/cli.js', tarball, '--strict')).toMatchObject({ status: 0 })
  const attw = '@arethetypeswrong/cli/dist/index.js'
  for (const [entry, profile] of [
    ['.', 'esm-only'],
    ['./connect', 'node16'],
  ] as const) {
    const { status, stdout } = inRoot(attw, tarball, '--entrypoints', entry, '--profile', profile, '--no-emoji')
    expect([stdout, status]).toStrictEqual([expect.stringContaining(`cvm-emulator v${manifest.version}`), 0])
  }
})

test('it installs without a warning when the scripts of ssh2 are denied; both entries can be imported, and `connect` by CommonJS, too', () => {
  const folder = temporaryFolder()
  const tarball = pack(folder)
  // npm asks about install scripts; those of ssh2 and its optional cpu-features need not run
  writeFileSync(join(folder, 'package.json'), '{"private":true,"allowScripts":{"ssh2":false,"cpu-features":false}}')
  // npm itself, run by this Node: it warns of engines that do not fit
  const npm = realpathSync(spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim())
  const installed = runNode([npm, 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder)
  expect(installed).toMatchObject({ status: 0, stderr: '' })

  const program = `
    import { connect, startEmulator } from 'cvm-emulator'
    import { connect as alone } from 'cvm-emulator/connect'
    const emulator = await startEmulator({ port: 0, poolSize: 0, sshPort: 0 })
    for (const one of [await connect(emulator.url), await alone(emulator.url)]) console.log(one.url === emulator.url, one.ssh.port === emulator.ssh.port)`
  // Nothing is closed: the process ends nevertheless
  writeFileSync(join(folder, 'program.mjs'), program)
  expect(runNode(['program.mjs'], folder)).toStrictEqual({ status: 0, stdout: 'true true\ntrue true\n', stderr: '' })
  const common = `
    const { connect } = require('cvm-emulator/connect')
    connect('http://127.0.0.1:1', { timeout: 1 }).catch(({ name }) => console.log(name))`
  writeFileSync(join(folder, 'program.cjs'), common)
  expect(runNode(['program.cjs'], folder)).toStrictEqual({ status: 0, stdout: 'OperatorError\n', stderr: '' })
})

test('no dependency refuses a version of Node that the package accepts', async () => {
  const list = spawnSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root, encoding: 'utf8' })
  const folders = list.stdout.trim().split('\n').slice(1)
  expect(folders.length).toBeGreaterThan(20)
  for (const folder of folders) {
    const { default: dependency } = await import(join(folder, 'package.json'), { with: { type: 'json' } })
    const { engines: { node = '*' } = {} } = dependency
    for (const version of ['22.14.0', '23.0.0', '24.0.0', '25.0.0', '26.0.0']) {
      expect([dependency.name, version, satisfies(version, node)]).toStrictEqual([dependency.name, version, true])
    }
  }
})
