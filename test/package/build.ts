import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Vitest calls this once before the tests of this folder: they run what `npm run build` makes. */
export default function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`)
}
