import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/emulator.ts'
import { type EmulatorProcess, launch } from '../support/process.ts'

const root = new URL('../../', import.meta.url)

interface Coverage {
  readonly result: readonly { readonly url: string }[]
}

/** The files that a process with these arguments has loaded when it is ready: Node's coverage lists them at its end. */
async function loadedFiles(...args: readonly string[]): Promise<string[]> {
  // Without a pool no thread generates keys
  return filesOf(['--port', '0', '--pool-size', '0', ...args], async ({ child, ready }) => {
    await ready
    child.kill('SIGTERM')
  })
}

/** The files that a process has loaded at its end. */
async function filesOf(args: readonly string[], use: (emulator: EmulatorProcess) => unknown): Promise<string[]> {
  const folder = temporaryFolder()
  const emulator = launch(args, {
    main: fileURLToPath(new URL('dist/main.js', root)),
    env: { NODE_V8_COVERAGE: folder },
  })
  await use(emulator)
  await emulator.ended
  const reports = readdirSync(folder).map(
    (name): Coverage => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage,
  )
  return reports.flatMap(({ result }) => result.map(({ url }) => url)).filter((url) => url.startsWith(root.href))
}

const packagesOf = (files: readonly string[]) =>
  new Set(files.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))

const bundledOf = (files: readonly string[]) => {
  const bundled = files.filter((url) => url.startsWith(`${root.href}dist/`))
  return [...new Set(bundled.map((url) => basename(url, '.js')))].sort()
}

const always = ['compose', 'config', 'main', 'rolldown-runtime', 'shared']

test('at the ready line only what every start needs is loaded', async () => {
  const files = await loadedFiles()
  const packages = packagesOf(files)
  for (const name of ['fastify', 'better-sqlite3', 'nanoid']) expect(packages).toContain(name)
  // Keys, certificates, checks of documents and of requests to control routes
  for (const name of ['node-forge', 'ajv', '@fastify/ajv-compiler']) expect(packages).not.toContain(name)
  expect(bundledOf(files)).toStrictEqual(always)
  // The console costs nothing until a browser asks for it
  expect(packages).not.toContain('rolldown')
  expect(files.filter((url) => url.includes('console'))).toStrictEqual([])
})

test('a starting state loads its reader, and HTTPS loads what makes certificates', async () => {
  const withState = await loadedFiles('--fixtures', '{}')
  expect(bundledOf(withState)).toStrictEqual([...always, 'read-fixture'].sort())
  expect(packagesOf(withState)).toContain('ajv')
  expect(packagesOf(withState)).not.toContain('node-forge')

  const withTls = await loadedFiles('--tls-port', '0')
  // The key of a certificate is made on the threads
  expect(bundledOf(withTls)).toStrictEqual([...always, 'certificates', 'key-worker', 'build-key-pair'].sort())
  expect(packagesOf(withTls)).toContain('node-forge')
})

test('an SSH server loads what it needs, and only with its port', async () => {
  const withSsh = await loadedFiles('--ssh-port', '0')
  expect(bundledOf(withSsh)).toStrictEqual([...always, 'ssh-logins'].sort())
  expect(packagesOf(withSsh)).toContain('ssh2')
  expect(packagesOf(await loadedFiles())).not.toContain('ssh2')
})

test('the OpenAPI document loads what makes it when it is asked for', async () => {
  const files = await filesOf(['--port', '0', '--pool-size', '0'], async ({ child, ready }) => {
    await fetch(`${await ready}/_emulator/openapi.json`)
    child.kill('SIGTERM')
  })
  expect(bundledOf(files)).toStrictEqual([...always, 'openapi'].sort())
})

test('health loads no package, because it runs every few seconds', async () => {
  const files = await filesOf(['health', 'http://127.0.0.1:1'], () => {})
  expect([...packagesOf(files)]).toStrictEqual([])
  expect(bundledOf(files)).toStrictEqual(['config', 'get', 'health', 'main', 'rolldown-runtime', 'shared'])
})
