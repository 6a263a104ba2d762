import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** A module whose source is gone, as an earlier build may have left it. */
export const staleModule = 'dist/stale.js'

/** Vitest calls this once before the tests of this folder: they run what `npm run build` makes. */
export default function build(): void {
  mkdirSync(new URL('dist', root), { recursive: true })
  writeFileSync(new URL(staleModule, root), '')
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'build'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`)
}
