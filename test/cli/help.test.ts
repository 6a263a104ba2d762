import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { helpText } from '../../src/cli/help.ts'
import { flagOf, optionNames } from '../../src/config/options.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'
import { testWith } from '../support/tools.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const abouts = [undefined, 'exec', 'health'] as const

test('the help shows every option once, in groups', () => {
  const text = helpText()
  expect([...text.matchAll(/^ {2}--([\w-]+) /gm)].map(([, flag]) => flag).sort()).toStrictEqual(
    optionNames.map(flagOf).sort(),
  )
  const groups = [...text.matchAll(/^(\S.*):\n {2}--([\w-]+)/gm)].map(([, title, flag]) => `${title}: ${flag}`)
  expect(groups).toStrictEqual([
    'Server: host',
    'State: data',
    'Keys: key-bits',
    'Accounts and signatures: accounts',
    'Errors and delays: request-faults',
    'HTTPS: tls-port',
    'Log and journal: journal-size',
  ])
})

test.each([
  [['exec', '--help'], 'exec'],
  [['exec', '-h', '--', 'npm', 'test'], 'exec'],
  [['health', '--help'], 'health'],
] as const)('%j prints the help of the subcommand', async (args, about) => {
  const help = launch(args)
  expect(await help.ended).toStrictEqual({ code: 0, signal: null })
  expect(help.stdout()).toBe(helpText(about))
})

const examples = abouts.flatMap((about) =>
  [...(helpText(about).split('Examples:\n')[1] ?? '').matchAll(/^ {2}(cvm-emulator.*)$/gm)].map(
    ([, line = '']) => line,
  ),
)

test('each help has examples', () => {
  for (const about of abouts) expect(helpText(about)).toMatch(/\nExamples:\n {2}cvm-emulator/)
  expect(examples.length).toBeGreaterThan(8)
})

/** A folder with `cvm-emulator` in `bin/`, and a project whose test wants an emulator. */
function project(): string {
  const folder = temporaryFolder()
  for (const name of ['bin', 'fixtures']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'bin/cvm-emulator'), `#!/bin/sh\nexec '${process.execPath}' '${root}src/main.ts' "$@"\n`)
  chmodSync(join(folder, 'bin/cvm-emulator'), 0o755)
  copyFileSync(join(root, 'fixtures/example.json'), join(folder, 'fixtures/example.json'))
  const scripts = { test: 'curl -sS --fail "$CVM_EMULATOR_URL/_emulator/ready"' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }))
  return folder
}

for (const example of new Set(examples)) {
  testWith('curl')(`the example ${example} works`, async () => {
    const folder = project()
    const { port } = await start()
    const starts = !/ (exec|health)\b/.test(example)
    const emulator = launch([], {
      env: { CVM_EMULATOR_PORT: starts ? '0' : `${port}`, PATH: `${folder}/bin:${process.env.PATH}` },
      wrap: () => [
        'sh',
        '-c',
        // exec would not find its port free
        `cd ${folder} && ${example.includes(' exec ') ? 'unset CVM_EMULATOR_PORT && ' : ''}exec ${example.replace('8213', `${port}`)}`,
      ],
    })
    if (starts) {
      await emulator.ready
      emulator.child.kill('SIGTERM')
    }
    expect([await emulator.ended, emulator.stderr().replaceAll(/^\{"level":30.*\n/gm, '')]).toStrictEqual([
      { code: 0, signal: null },
      '',
    ])
    if (!starts) expect(emulator.stdout()).toMatch(/ready|"status":"ok"/)
  })
}
