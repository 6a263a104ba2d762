// Bundles the console: for the package, and in memory for a checkout, whose sources run as they are.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = (name) => readFileSync(join(root, 'src/console', name), 'utf8')

/** Returns the text of each file of the page by its name. */
export async function bundleConsole() {
  // The bundle has a copy of Preact, and its license must be in every copy
  const license = readFileSync(join(root, 'node_modules/preact/LICENSE'), 'utf8')
  const { output } = await build({
    cwd: root,
    input: 'src/console/main.tsx',
    platform: 'browser',
    tsconfig: 'src/console/tsconfig.json',
    write: false,
    output: { format: 'esm', codeSplitting: false, minify: true, comments: false },
  })
  return {
    'index.html': source('index.html'),
    'app.js': `/*! Contains Preact.\n${license.trim()}\n*/\n${output[0].code}`,
    'app.css': source('style.css').replaceAll(/\s*\n\s*/g, '\n'),
    'icon.svg': source('icon.svg'),
    'conformance.md': readFileSync(join(root, 'docs/conformance.md'), 'utf8'),
  }
}

/** Writes them into one file, compressed, because a package is stored as it is unpacked. */
export const writeConsole = async (file) =>
  writeFileSync(file, brotliCompressSync(JSON.stringify(await bundleConsole())))
