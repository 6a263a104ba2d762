import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { benchTable } from '../../bench/labels.mjs'
import results from '../../bench/results.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }
import lockFile from '../../package-lock.json' with { type: 'json' }
import { actions } from '../../src/actions/index.ts'
import { actionsTable, codesList, optionsTable } from '../../src/description/tables.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { runAsync, testWith } from '../support/tools.ts'
import { types } from '../support/types.ts'

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')

const english = read('README.md')
const chinese = read('README.zh-CN.md')

/** The fenced blocks of one language, in order. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

describe.each([
  ['en', english],
  ['zh', chinese],
] as const)('the README in %s', (language, text) => {
  test('has the tables that the code makes (npm run docs writes them)', () => {
    expect(text).toContain(`<!-- options -->\n\n${optionsTable(language)}\n\n<!-- /options -->`)
    expect(text).toContain(`<!-- codes -->\n\n${codesList()}\n\n<!-- /codes -->`)
    expect(text).toContain(`<!-- bench -->\n\n${benchTable(results, language)}\n\n<!-- /bench -->`)
    expect(text).toContain(`<!-- actions -->\n\n${actionsTable(actions, language)}\n\n<!-- /actions -->`)
  })

  test('shows the two commands and the documented example on its first screen', () => {
    const screen = text.split('\n').slice(0, 40).join('\n')
    for (const line of ['npm ci && npm start', 'npm ci && npm test', 'curl ']) expect(screen).toContain(`\n${line}`)
  })

  test('links to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(new URL(link, root)))).toStrictEqual([])
  })
})

test('both READMEs show the same commands, programs and documents', () => {
  for (const kind of ['sh', 'js', 'json', 'python']) expect(blocks(chinese, kind)).toStrictEqual(blocks(english, kind))
})

describe('each command and program of the README', () => {
  const inPlace = blocks(english, 'sh').filter((block) => block.startsWith('curl'))
  const programs = blocks(english, 'js')

  test('is found', () => {
    expect([inPlace.length, programs.length]).toStrictEqual([7, 4])
  })

  testWith('curl', 'ssh-keygen')('runs as written and answers without a fault', async () => {
    const emulator = await start({ keyBits: 2048 })
    const cwd = temporaryFolder()
    const outputs: string[] = []
    for (const block of inPlace) {
      const { status, output } = await runAsync(
        'sh',
        ['-ec', block.replaceAll('127.0.0.1:8213', `127.0.0.1:${emulator.port}`)],
        cwd,
      )
      expect(status, output).toBe(0)
      outputs.push(output)
    }
    const [example = '', publicKey, ofV3, proxied, project, forced, fault] = outputs
    const [shown = '', taken] = blocks(english, 'json')
    const json = (text: string) => JSON.parse(text.slice(text.indexOf('{"')))
    expect(types(json(example))).toStrictEqual(types(json(shown)))
    expect(publicKey).toContain('ssh-rsa ')
    expect(ofV3).toContain('"KeyName":"v3"')
    expect(proxied).toContain('{"Response":{"TotalCount":3,')
    expect(project).toContain('{"added":true,"projects":[0,7,1002189,1002190]}')
    expect(forced).toContain('"Code":"InvalidKeyPair.LimitExceeded"')
    expect(fault).toContain('"id":"fault-1"')

    const again = await runAsync(
      'sh',
      ['-ec', inPlace[0]?.replaceAll('127.0.0.1:8213', `127.0.0.1:${emulator.port}`) ?? ''],
      cwd,
    )
    expect({ ...json(again.output).Response, RequestId: '' }).toStrictEqual({
      ...json(taken ?? '').Response,
      RequestId: '',
    })
  })

  testWith('python3')('in Python, with nothing but its standard library', async () => {
    const emulator = await start({ keyBits: 2048 })
    const [program = ''] = blocks(english, 'python')
    const here = program.replaceAll('127.0.0.1:8213', `127.0.0.1:${emulator.port}`)
    const { status, output } = await runAsync('python3', ['-c', here], '/')
    expect(status, output).toBe(0)
    expect(output).toMatch(/^skey-\w{8}$/m)
  })

  test.each(programs.map((program) => [/from '(.+)'/.exec(program)?.[1] ?? '', program]))(
    'with %s',
    async (_module, program) => {
      const emulator = await start({ keyBits: 2048 })
      const here = program.replaceAll('127.0.0.1:8213', `127.0.0.1:${emulator.port}`)
      const { status, output } = await runAsync(process.execPath, ['--input-type=module', '-e', here], root.pathname)
      expect(status, output).toBe(0)
      expect(output).toMatch(/KeyId: 'skey-\w{8}'|^http:\/\/127\.0\.0\.1:\d+$/m)
    },
  )
})

test('the lock file names no download addresses', () => {
  const addresses = Object.entries(lockFile.packages).filter(([, entry]) => 'resolved' in entry)
  expect(addresses).toStrictEqual([])
  expect(lockFile.version).toBe(manifest.version)
})

test('the changelog speaks of this version', () => {
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`)
})

test('every runtime dependency has its reason in CONTRIBUTING', () => {
  const contributing = read('CONTRIBUTING.md')
  for (const name of Object.keys(manifest.dependencies)) expect(contributing).toContain(`| \`${name}\` |`)
})
