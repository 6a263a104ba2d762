// Builds dist/: our own code in a few files, and the declarations of the package. With --no-source-maps, as it is published.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { writeConsole } from './bundle-console.mjs'
import { withoutWhiteSpace } from './remove-white-space.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const declarations = join(dist, 'declarations')

// What is imported dynamically gets a file of its own. The groups keep together what is loaded at the same time; without
// them each part that two files share would be a file, too.
const groups = [
  // All that the entries may load before they have checked the version of Node
  { name: 'shared', tags: ['$initial'], minShareCount: 2, priority: 2 },
  { name: 'config', test: /src[\\/]config[\\/]/, priority: 1 },
  { name: 'compose', test: /src[\\/]compose\.ts$/ },
]

const bundle = (input, output = {}, external = /^[@a-z]/) => ({
  cwd: root,
  input,
  platform: 'node',
  external,
  output: {
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    ...{ codeSplitting: { groups }, comments: false, minifyInternalExports: false },
    ...(process.argv.includes('--no-source-maps') ? withoutWhiteSpace : { sourcemap: true }),
    ...output,
  },
})

function emitDeclarations() {
  const args = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', declarations]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('tsc failed.')
}

/**
 * Copies a declaration and those that it imports. The package has no others. What CommonJS loads is declared in `.d.cts`,
 * because TypeScript reads a declaration as the module system that its name says; types come from the same files.
 */
function copyDeclaration(name, c = '') {
  const copy = join(dist, `${name}.d.${c}ts`)
  if (existsSync(copy)) return
  // tsc indents by four spaces
  const text = readFileSync(join(declarations, `${name}.d.ts`), 'utf8').replace(/^( +)\1/gm, '$1')
  mkdirSync(dirname(copy), { recursive: true })
  const relative = /^((?:im|ex)port )(type )?(.*from ')(\..*)\.ts';$/gm
  const copied = text.replace(relative, (_all, verb, type, names, file) => {
    const isShared = c !== '' && type
    copyDeclaration(posix.join(posix.dirname(name), file), isShared ? '' : c)
    const from = isShared ? `${file}.js' with { 'resolution-mode': 'import' };` : `${file}.${c}js';`
    return `${verb}${type ?? ''}${names}${from}`
  })
  writeFileSync(copy, copied)
}

rmSync(dist, { recursive: true, force: true })
// A thread that makes keys shares no file with the process: what only one of them needs, the other does not load
const paths = (id) => id.replace(/.*(check-document)\.ts$/, './$1.js')
const documentWorker = bundle(['src/state/document-worker.ts'], { paths }, /^[@a-z]|check-document/)
await build([bundle(['src/main.ts', 'src/emulator.ts']), bundle(['src/keys/key-worker.ts']), documentWorker])
// What has no dependencies may also be loaded by CommonJS
const connect = ['src/client/connect.ts']
await build([bundle(connect), bundle(connect, { format: 'cjs', entryFileNames: '[name].cjs' })])
await writeConsole(join(dist, 'console.json.br'))
emitDeclarations()
copyDeclaration('emulator')
copyDeclaration('client/connect')
copyDeclaration('client/connect', 'c')
rmSync(declarations, { recursive: true })
