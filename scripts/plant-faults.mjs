// Shows that the tests catch faults: plants each fault of test/planted-faults/faults.ts in a copy of the tree and expects
// that the test named for it fails. `npm run plant-faults -- store` plants only those with `store` in their names.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults } from '../test/planted-faults/faults.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const [wanted = ''] = process.argv.slice(2)
const chosen = faults.filter(({ name }) => name.includes(wanted))
if (chosen.length === 0) throw new Error(`No fault has "${wanted}" in its name.`)

/** What git tracks, as it is in the working tree. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'cvm-emulator-faults-'))
  const { status, stdout, stderr } = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ls-files failed: ${stderr}`)
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Runs the tests of this name alone: how many passed and failed, or undefined when the file could not be run. */
function runTest(copy, { test, pattern }) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporting = ['--reporter=json', `--outputFile=${report}`]
  spawnSync(process.execPath, [vitest, 'run', '--project', 'source', test, '-t', pattern, ...reporting], {
    cwd: copy,
    stdio: 'ignore',
    timeout: 180_000,
  })
  if (!existsSync(report)) return undefined
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
  return passed + failed === 0 ? undefined : { passed, failed }
}

/** What is wrong with a fault, or undefined when its test catches it. */
function problemOf(copy, fault) {
  const file = join(copy, fault.file)
  const source = readFileSync(file, 'utf8')
  if (source.split(fault.text).length !== 2) return `its text is not exactly once in ${fault.file}`
  const before = runTest(copy, fault)
  if (!before) return `no test ran: ${fault.test} -t '${fault.pattern}'`
  if (before.failed > 0) return `its test fails without it: ${fault.test} -t '${fault.pattern}'`
  // A function, since `$` has a meaning in a replacement
  writeFileSync(
    file,
    source.replace(fault.text, () => fault.replacement),
  )
  try {
    const after = runTest(copy, fault)
    if (!after) return `with it no test ran: ${fault.test}`
    return after.failed > 0 ? undefined : `not caught by ${fault.test} -t '${fault.pattern}'`
  } finally {
    writeFileSync(file, source)
  }
}

const copy = copyTree()
let missed = 0
try {
  for (const fault of chosen) {
    const problem = problemOf(copy, fault)
    if (problem !== undefined) missed++
    process.stdout.write(
      `${problem === undefined ? 'caught' : 'MISSED'}  ${fault.name}${problem ? `: ${problem}` : ''}\n`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.stdout.write(`${chosen.length - missed} of ${chosen.length} planted faults were caught.\n`)
process.exitCode = missed === 0 ? 0 : 1
