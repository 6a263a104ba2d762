import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
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

test('the package carries the built sources, a starting state and documents, and no test data', () => {
  const files = packedFiles()
  const sources = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const built = sources.map((name) => `dist/${name.slice(0, -'.ts'.length)}`)
  const expected = [
    ...built.flatMap((name) => [`${name}.d.ts`, `${name}.js`]),
    ...readdirSync(`${root}/docs`).map((page) => `docs/${page}`),
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'fixtures/example.json', 'package.json'],
  ]
  expect(files.sort()).toStrictEqual(expected.sort())
})

test('a build leaves no module whose source is gone', () => {
  expect(packedFiles()).not.toContain(staleModule)
})
