import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A Node that is too old for the emulator: the first one on the path, else `version` from npm in `folder`. */
export function oldNode(folder: string, version = '20.20.2'): string {
  const installed = (process.env.PATH ?? '').split(delimiter).map((path) => join(path, 'node'))
  return installed.find(isTooOld) ?? installNode(folder, version)
}

/** The binaries of Node come as npm packages, one for each platform and architecture. */
function installNode(folder: string, version: string): string {
  writeFileSync(join(folder, 'package.json'), '{}')
  const name = `node-${process.platform}-${process.arch}`
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--ignore-scripts', `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm could not install ${name}@${version}: ${stderr}`)
  return join(folder, 'node_modules', name, 'bin', 'node')
}

function isTooOld(node: string): boolean {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return /^v(18|20|21)\./.test(stdout ?? '')
}
