// Builds dist/: our own code in a few files, and the declarations of the package. With --no-source-maps, as it is published.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const declarations = join(dist, 'declarations')

/**
 * What is imported dynamically gets a file of its own. The groups keep together what is loaded at the same time; without
 * them each part that two files share would be a file, too.
 */
const groups = [
  // All that the entries may load before they have checked the version of Node
  { name: 'shared', tags: ['$initial'], minShareCount: 2, priority: 2 },
  { name: 'config', test: /src[\\/]config[\\/]/, priority: 1 },
  { name: 'compose', test: /src[\\/]compose\.ts$/ },
]

const bundle = (input) => ({
  cwd: root,
  input,
  platform: 'node',
  // A bare name is a package or a module of Node
  external: /^[@a-z]/,
  output: {
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: { groups },
    comments: false,
    minifyInternalExports: false,
    sourcemap: !process.argv.includes('--no-source-maps'),
  },
})

function emitDeclarations() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', declarations]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('tsc failed.')
}

/** Copies a declaration and those that it imports. The package has no others. */
function copyDeclaration(file) {
  if (existsSync(join(dist, file))) return
  cpSync(join(declarations, file), join(dist, file))
  const imports = readFileSync(join(dist, file), 'utf8').matchAll(/['"](\.[^'"]*)\.[jt]s['"]/g)
  for (const [, name] of imports) copyDeclaration(posix.join(posix.dirname(file), `${name}.d.ts`))
}

rmSync(dist, { recursive: true, force: true })
// A thread loads one file, and shares none with the process: what only one of them needs, the other does not load
await build([bundle(['src/main.ts', 'src/emulator.ts']), bundle(['src/keys/key-worker.ts'])])
emitDeclarations()
copyDeclaration('emulator.d.ts')
rmSync(declarations, { recursive: true })
