import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** A module whose source is gone, as an earlier build may have left it. */
export const staleModule = 'dist/stale.js'

function run(script: string): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', script], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm run ${script} failed:\n${stdout}${stderr}`)
}

/** Vitest calls this once before the tests of this folder: they run what is published, over what developers build. */
export default function build(): void {
  run('build')
  if (!existsSync(new URL('dist/main.js.map', root))) throw new Error('npm run build wrote no source maps.')
  writeFileSync(new URL(staleModule, root), '')
  run('prepack')
}
