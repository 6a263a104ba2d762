import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { temporaryFolder } from '../support/emulator.ts'
import { staleModule } from './build.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The files that `npm pack` would put into the package. */
function packedFiles(): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[]
  return packed?.files.map(({ path }) => path) ?? []
}

const files = packedFiles()
const isDeclaration = (file: string) => file.endsWith('.d.ts')

test('the package carries a few bundled files, a starting state and documents, and no source maps or test data', () => {
  const workers = readdirSync(`${root}/src/keys`).filter((name) => name.endsWith('-worker.ts'))
  const bundled = [
    ...['main', 'emulator', 'shared', 'config', 'compose', 'rolldown-runtime'],
    // Loaded on demand
    ...['help', 'terminal', 'read-fixture', 'load', 'certificates', 'build-key-pair'],
    ...workers.map((name) => name.slice(0, -'.ts'.length)),
  ]
  const expected = [
    ...bundled.map((name) => `dist/${name}.js`),
    ...readdirSync(`${root}/docs`).map((page) => `docs/${page}`),
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'fixtures/example.json', 'package.json'],
  ]
  expect(files.filter((file) => !isDeclaration(file)).sort()).toStrictEqual(expected.sort())
})

test('a build leaves no module whose source is gone', () => {
  expect(files).not.toContain(staleModule)
})

test('the bundled files have our own code alone, and import every dependency', () => {
  const bundled = files.filter((file) => file.startsWith('dist/') && file.endsWith('.js'))
  const code = bundled.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  // The bundler writes the file of each module above its code
  const modules = [...code.matchAll(/^\/\/ (\S+\.\w+)$/gm)].map(([, file]) => file ?? '')
  expect(modules.length).toBeGreaterThan(100)
  expect(modules.filter((file) => !/^(src\/.+\.ts|package\.json|\\0rolldown\/runtime\.js)$/.test(file))).toStrictEqual(
    [],
  )
  expect(code).not.toContain('sourceMappingURL')

  const names = [...code.matchAll(/(?:from|import|require\(|import\() ?["'`]([@a-z][^:"'`]*)["'`]/g)]
  const packages = names.map(([, name = '']) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  expect([...new Set(packages)].sort()).toStrictEqual(Object.keys(manifest.dependencies).sort())
})

test('the declarations are those that the entry needs, and a strict program compiles with them', () => {
  const declarations = files.filter(isDeclaration)
  expect(declarations).toContain('dist/emulator.d.ts')
  expect(declarations).not.toContain('dist/compose.d.ts')
  for (const file of declarations) {
    expect([file, existsSync(join(root, file.replace(/^dist(.*)\.d\.ts$/, 'src$1.ts')))]).toStrictEqual([file, true])
  }

  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/cvm-emulator'))
  writeFileSync(
    join(folder, 'program.mts'),
    `import { type Emulator, type EmulatorOptions, type FaultRule, type Fixture, startEmulator } from 'cvm-emulator'
     const options: EmulatorOptions = { port: 0, keySource: 'seeded', seed: 'x' }
     const rule: FaultRule = { error: 'InternalError' }
     const fixtures: Fixture = { projects: [1] }
     const emulator: Emulator = await startEmulator({ ...options, fixtures })
     emulator.faults.add(rule)
     // @ts-expect-error
     await startEmulator({ keyBits: 7 })`,
  )
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const target = ['--target', 'es2023', '--lib', 'es2023,esnext.disposable', '--module', 'nodenext']
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '--noEmit', '--strict', ...target, ...types, 'program.mts']
  expect(spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' })
})
