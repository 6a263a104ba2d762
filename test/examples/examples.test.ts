import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, read, root } from '../support/pages.ts'
import { runAsync, testWith } from '../support/tools.ts'

const chromium = 'command -v chromium || command -v chromium-browser || command -v google-chrome'

/** What the last command of an example prints when so many of its tests ran and passed, and the programs it needs. */
const examples: Readonly<Record<string, { prints: readonly RegExp[]; needs?: readonly string[] }>> = {
  'node-test': { prints: [/^\S+ pass 1$/m, /^\S+ fail 0$/m] },
  vitest: { prints: [/^\s+Tests +1 passed \(1\)$/m] },
  jest: { prints: [/^Tests: +1 passed, 1 total$/m] },
  browser: { prints: [/^\S+ pass 3$/m, /^\S+ fail 0$/m], needs: [chromium] },
  'qcloudapi-sdk': { prints: [/^\S+ pass 2$/m, /^\S+ fail 0$/m] },
  python: {
    prints: [/^Ran 1 test in .*\n\nOK$/m, /\b8 passed in /],
    needs: ['python3', 'python3 -m pytest --version'],
  },
  shell: { prints: [/^\{"Response":\{"KeyPair":.*\n\{"Response":\{"KeyPair":/m], needs: ['bash', 'curl', 'openssl'] },
}

const projects = mkdtempSync(join(tmpdir(), 'cvm-emulator-examples-'))
afterAll(() => rmSync(projects, { recursive: true, force: true }))

/** The environment without what Vitest and this test run have set. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|CVM_EMULATOR_)/.test(name))),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  NO_COLOR: '1',
}

/** Runs a command of the shell; its output. */
async function run(command: string, folder: string): Promise<string> {
  const { status, output } = await runAsync('sh', ['-ec', command], folder, env)
  expect(status, `${command}\n${output}`).toBe(0)
  return output
}

/** The packages that the examples need besides the emulator. */
const packagesOf = (example: string): Record<string, string> =>
  JSON.parse(read(`examples/${example}/package.json`)).devDependencies ?? {}

/** Packs a copy of the checkout, because other tests build and use dist/. */
async function pack(): Promise<string> {
  const copy = join(projects, 'checkout')
  const left = ['node_modules', '.git', 'dist', 'reports', 'test', 'coverage']
  mkdirSync(copy)
  for (const name of readdirSync(root).filter((entry) => !left.includes(entry))) {
    cpSync(new URL(name, root), join(copy, name), { recursive: true })
  }
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(copy, 'node_modules'))
  const output = await run(`npm pack --silent --pack-destination '${projects}'`, copy)
  rmSync(copy, { recursive: true })
  return `file:${output.trim().split('\n').at(-1)}`
}

// All examples share one install; each one finds it in the folder above
beforeAll(async () => {
  const dependencies = Object.assign({ 'cvm-emulator': await pack() }, ...Object.keys(examples).map(packagesOf))
  writeFileSync(join(projects, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await run('npm install --no-package-lock --no-audit --no-fund --prefer-offline', projects)
  for (const example of Object.keys(examples)) {
    const exampleFolder = new URL(`examples/${example}`, root)
    const isOwn = (file: string) => !file.includes('node_modules')
    cpSync(exampleFolder, join(projects, example), { recursive: true, filter: isOwn })
  }
}, 300_000)

test('every example is listed, and run', () => {
  const folders = readdirSync(new URL('examples/', root), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  expect(folders.map(({ name }) => name).sort()).toStrictEqual(Object.keys(examples).sort())
  for (const { name } of folders) expect(read('examples/README.md')).toContain(`| [${name}](${name}/README.md) |`)
})

describe.each(Object.entries(examples))('%s', (example, { prints, needs = [] }) => {
  testWith(...needs)('does what its README says', async () => {
    const commands = blocksOf(`examples/${example}/README.md`).filter(({ kind }) => kind === 'sh')
    expect(commands).toHaveLength(1)
    const output = await run(commands[0]?.text ?? '', join(projects, example))
    for (const expected of prints) expect(output).toMatch(expected)
  })
})

test.each([
  ['js', 'examples/node-test/key-pairs.test.mjs'],
  ['python', 'examples/python/test_key_pairs.py'],
])('the test that the README shows in %s is an example in less than 30 lines', (kind, file) => {
  const text = readFileSync(new URL(file, root), 'utf8')
  expect(text.split('\n').length - 1).toBeLessThan(30)
  expect(blocksOf('README.md').filter((block) => block.kind === kind && block.text === text)).toHaveLength(1)
})
