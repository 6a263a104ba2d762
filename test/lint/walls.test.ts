import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import walls from '../../lint/walls.json' with { type: 'json' }
import { wallsRule, wallsTable } from '../../scripts/walls.mjs'
import { temporaryFolder } from '../support/emulator.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The lines that the linter refuses in each file of a copy of the project that holds nothing else. */
function refusedLines(files: Readonly<Record<string, readonly string[]>>, by = /./): Record<string, number[]> {
  const folder = temporaryFolder()
  for (const path of ['biome.json', 'lint']) cpSync(join(root, path), join(folder, path), { recursive: true })
  for (const [file, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.']
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
  const refused: Record<string, number[]> = Object.fromEntries(Object.keys(files).map((file) => [file, []]))
  for (const { severity, category, location } of diagnostics) {
    if (severity === 'error' && by.test(category)) refused[location.path]?.push(location.start.line)
  }
  return Object.fromEntries(Object.entries(refused).map(([file, lines]) => [file, [...new Set(lines)].sort(byNumber)]))
}

interface Diagnostic {
  readonly category: string
  readonly severity: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}

const byNumber = (a: number, b: number) => a - b

/** Line by line an import, and whether it must be refused. */
type Planted = readonly (readonly [line: string, refused: boolean])[]

const expected = (planted: Planted) => planted.flatMap(([, refused], index) => (refused ? [index + 1] : []))

const isFile = (room: string) => room.endsWith('.ts')

/** Every room and every package that any room may import, from one of them. */
function imports(
  room: string,
  { rooms, packages }: { readonly rooms: readonly string[]; readonly packages: readonly string[] },
): Planted {
  const from = isFile(room) ? '' : room
  const pathTo = (other: string) => {
    const path = posix.relative(from, isFile(other) ? other : `${other}/anything.ts`)
    return path.startsWith('.') ? path : `./${path}`
  }
  const others = Object.keys(walls).filter((other) => other !== room)
  const all = new Set(Object.values(walls).flatMap((wall) => wall.packages))
  return [
    ...others.map((other) => [`import '${pathTo(other)}'`, !rooms.includes(other)] as const),
    ...rooms.map((one) => [`export type { X${one.replaceAll(/\W/g, '')} } from '${pathTo(one)}'`, false] as const),
    ...[...all, 'node:child_process', 'left-pad'].map(
      (name) => [`import '${name}'`, !packages.includes(name)] as const,
    ),
  ]
}

test('the rule and the table of CONTRIBUTING are those of lint/walls.json (npm run docs writes them)', () => {
  expect(read('lint/walls.grit')).toBe(wallsRule())
  expect(read('CONTRIBUTING.md')).toContain(`<!-- walls -->\n\n${wallsTable()}\n\n<!-- /walls -->`)
})

test('each room may import what its line in lint/walls.json says, and nothing else', () => {
  const planted = Object.entries(walls).map(([room, wall]) => {
    const file = isFile(room) ? `src/${room}` : `src/${room}/planted.ts`
    return [file, imports(room, wall)] as const
  })
  const files = Object.fromEntries(planted.map(([file, lines]) => [file, lines.map(([line]) => line)]))
  // Those that may import each other here make circles, which another rule refuses
  const refused = refusedLines(files, /plugin/)
  for (const [file, lines] of planted) {
    expect([file, refused[file]]).toStrictEqual([file, expected(lines)])
    expect(expected(lines)).not.toStrictEqual([])
  }
})

describe('is refused wherever it stands', () => {
  const ways: Planted = [
    ["import { a } from '../http/server.ts'", true],
    ["import type { B } from '../http/server.ts'", true],
    ["export { c } from '../http/server.ts'", true],
    ["export * from '../http/server.ts'", true],
    ["export const d = await import('../http/server.ts')", true],
    ['export const e = await import(`../http/server.ts`)', true],
    ["export type F = import('../http/server.ts').F", true],
    ["export const g = require('../http/server.ts')", true],
    ["import './action.ts'", false],
  ]

  test('an import of any form', () => {
    const { 'src/core/planted.ts': refused } = refusedLines({ 'src/core/planted.ts': ways.map(([line]) => line) })
    expect(refused).toStrictEqual(expected(ways))
  })

  test('a file in a room that no line speaks of', () => {
    const lines = ["import '../system/system.ts'", "import 'node:fs'"]
    const files = { 'src/utils/planted.ts': lines, 'src/planted.ts': lines, 'src/http/deeper/planted.ts': lines }
    expect(refusedLines(files)).toStrictEqual(Object.fromEntries(Object.keys(files).map((file) => [file, [1, 2]])))
  })

  test('a circle of imports, of types too', () => {
    expect(
      refusedLines({
        'src/core/one.ts': ["import type { Two } from './two.ts'", 'export type One = Two'],
        'src/core/two.ts': ["import type { One } from './one.ts'", 'export type Two = One'],
      }),
    ).toStrictEqual({ 'src/core/one.ts': [1], 'src/core/two.ts': [1] })
  })

  const timeAndChance: Planted = [
    ["import { randomBytes as a } from 'node:crypto'", true],
    ["import { randomFillSync } from 'node:crypto'", true],
    ["import { createHash } from 'node:crypto'", false],
    ["import crypto from 'node:crypto'", true],
    ["import * as everything from 'node:crypto'", true],
    ["import { generateKeyPair } from 'node:crypto'", true],
    ["import { nanoid } from 'nanoid'", true],
    ["import { customRandom } from 'nanoid'", false],
    ['export const b = new Date()', true],
    ['export const c = Date()', true],
    ['export const d = Date.now()', true],
    ['export const e = new Date(Date.now())', true],
    ["export const f = Date['now']()", true],
    ['const { now } = Date', true],
    ['export const g = now(Date)', true],
    ['export const h = new Date(0)', false],
    ["export const i = Date.parse('2017-03-12')", false],
    ['export const j = Math.random()', true],
    ['const { random } = Math', true],
    ['export const k = Math.floor(1)', false],
    ['export const l = performance.now()', true],
    ['export const m = globalThis.Date', true],
    ['export const n = crypto.getRandomValues(new Uint8Array(1))', true],
    ["export const o = (await import('node:crypto')).randomInt(4)", true],
    ['export const p = process.hrtime()', true],
    ['export const q = process.env', true],
    ['setTimeout(() => random(createHash, customRandom, randomFillSync, everything), 5)', false],
  ]

  test('time, chance and the process outside of their files', () => {
    const files = ['src/system/planted.ts', 'src/system/system.ts']
    const lines = timeAndChance.map(([line]) => line)
    const refused = refusedLines(Object.fromEntries(files.map((file) => [file, lines])))
    expect(refused['src/system/planted.ts']).toStrictEqual(expected(timeAndChance))
    // That one may: but not the process, and keys may not import nanoid
    expect(refused['src/system/system.ts']).toStrictEqual([25, 26])
    expect(refusedLines({ 'src/main.ts': ['export const a = process.argv'] })['src/main.ts']).toStrictEqual([])
  })
})
