import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from './client.ts'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cvm-emulator-clients')

/** A registry that does not answer must not hold up the other clients. */
const maxInstallMs = 600_000

type CommandLine = readonly [program: string, ...args: string[]]

/** Installs the newest packages of a client; the folder that has them, or why it cannot be run. */
export function install({ name, install: wanted }: Client): { folder: string } | { reason: string } {
  if (!wanted) return { folder: '' }
  const folder = join(cache, name)
  mkdirSync(folder, { recursive: true })
  if ('project' in wanted) cpSync(fileURLToPath(new URL(wanted.project, import.meta.url)), folder, { recursive: true })
  for (const [program, ...args] of 'pip' in wanted ? pip(wanted.pip, folder) : projects[wanted.project]) {
    const { status } = spawnSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 2], timeout: maxInstallMs })
    if (status !== 0) return { reason: 'its packages could not be installed' }
  }
  return { folder }
}

const pip = (name: string, folder: string): CommandLine[] => [
  ['python3', '-m', 'venv', folder],
  [`${folder}/bin/pip`, 'install', '--quiet', '--upgrade', name],
]

const projects: Readonly<Record<'go' | 'java', readonly CommandLine[]>> = {
  go: [
    ['go', 'get', 'github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common@latest'],
    ['go', 'build', '-o', 'client', '.'],
  ],
  java: [
    // A release that is no longer the newest would stay in the class path
    ['rm', '-rf', 'target'],
    ['mvn', '-q', '-B', '-ntp', '-U', 'compile', 'dependency:copy-dependencies'],
  ],
}
