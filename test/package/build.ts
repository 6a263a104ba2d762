import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

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

declare module 'vitest' {
  interface ProvidedContext {
    /** The files whose code is in dist/. Only a build with source maps tells. */
    bundledModules: readonly string[]
  }
}

function sourcesOfMaps(): string[] {
  const dist = new URL('dist/', root)
  const maps = readdirSync(dist).filter((name) => name.endsWith('.map'))
  return maps.flatMap((name) => {
    const { sources } = JSON.parse(readFileSync(new URL(name, dist), 'utf8')) as { sources: string[] }
    return sources.map((source) => new URL(source, dist).href.replace(root.href, ''))
  })
}

/** Vitest calls this once before the tests of this folder: they run what is published, over what developers build. */
export default function build(project: TestProject): void {
  run('build')
  if (!existsSync(new URL('dist/main.js.map', root))) throw new Error('npm run build wrote no source maps.')
  project.provide('bundledModules', sourcesOfMaps())
  writeFileSync(new URL(staleModule, root), '')
  run('prepack')
}
