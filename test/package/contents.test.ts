import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { staleModule } from './build.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What `npm pack` would put into the package. */
function pack() {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [packed] = JSON.parse(stdout) as { files: { path: string }[]; unpackedSize: number }[]
  if (!packed) throw new Error('npm pack says nothing')
  return packed
}

const packed = pack()
const files = packed.files.map(({ path }) => path)
const isDeclaration = (file: string) => /\.d\.c?ts$/.test(file)

test('the package carries a few bundled files, a starting state and documents, and no source maps or test data', () => {
  const sources = ['keys', 'state'].flatMap((room) => readdirSync(`${root}/src/${room}`))
  const workers = sources.filter((name) => name.endsWith('-worker.ts'))
  const bundled = [
    ...['main', 'emulator', 'connect', 'shared', 'config', 'compose', 'rolldown-runtime'],
    // Loaded on demand
    ...[
      'exec',
      'get',
      'health',
      'help',
      'terminal',
      'warn',
      'read-fixture',
      'check-document',
      'openapi',
      'load',
      'certificates',
      'build-key-pair',
      'ssh-logins',
    ],
    ...workers.map((name) => name.slice(0, -'.ts'.length)),
  ]
  const expected = [
    ...bundled.map((name) => `dist/${name}.js`),
    'dist/connect.cjs',
    'dist/console.json.br',
    // Grounds and figures are for those who have the repository; the emulator itself serves its reference
    ...readdirSync(`${root}/docs`).flatMap((page) =>
      /api|behaviour|conformance|containers|performance|security|^console$/.test(page) ? [] : `docs/${page}`,
    ),
    ...['LICENSE', 'README.md', 'README.zh-CN.md', 'fixtures/example.json', 'package.json'],
    'examples/python/cvm_emulator.py',
  ]
  expect(files.filter((file) => !isDeclaration(file)).sort()).toStrictEqual(expected.sort())
})

test('the package is small, and packing it leaves nothing that git sees', () => {
  expect(files.length).toBeLessThan(60)
  expect(packed.unpackedSize).toBeLessThan(600_000)
  const made = ['dist', `cvm-emulator-${manifest.version}.tgz`]
  const ignored = spawnSync('git', ['check-ignore', ...made], { cwd: root, encoding: 'utf8' })
  expect(ignored.stdout.trim().split('\n')).toStrictEqual(made)
})

test('a build leaves no module whose source is gone', () => {
  expect(files).not.toContain(staleModule)
})

test('the bundled files have our own code alone, and import every dependency', () => {
  const bundled = files.filter((file) => /^dist\/[^/]+\.js$/.test(file))
  const code = bundled.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  const modules = inject('bundledModules')
  for (const file of ['src/main.ts', 'src/compose.ts', 'src/client/connect.ts']) expect(modules).toContain(file)
  expect(modules.length).toBeGreaterThan(100)
  expect(modules.filter((file) => !/^(src\/.+\.ts|package\.json)$/.test(file))).toStrictEqual([])
  expect(code).not.toContain('sourceMappingURL')

  // Node prints the line of an uncaught exception. Tables of texts are one statement
  for (const line of code.split('\n')) expect(line.length).toBeLessThan(15_000)

  const names = [...code.matchAll(/(?:from|import|require\(|import\() ?["'`]([@a-z][^:"'`]*)["'`]/g)]
  const packages = names.map(([, name = '']) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  expect([...new Set(packages)].sort()).toStrictEqual(Object.keys(manifest.dependencies).sort())
})
