import { describe, expect, test } from 'vitest'
import { run, testWith } from '../support/tools.ts'
import { lostSteps, readRows, rowOf, runs } from './conformance.ts'
import { perform } from './run.ts'
import { allSteps, runsOf } from './scenario.ts'
import { codeOf, snippets } from './snippets.ts'

const rows = readRows()

/** The clients that come with npm and from Debian; `npm run clients` runs the others, too. */
const runsHere = runs.filter(({ client }) => client.install === undefined)

describe.each(runsHere)('$client.name, $client.api by $way', ({ client, way }) => {
  testWith(...client.tools)('does what docs/conformance.json says (npm run clients writes it)', async () => {
    const outcome = await perform(client, way)
    const row = rowOf(rows, client, way)
    expect(row).toMatchObject({ steps: outcome.steps })
    // The packages of npm are those of package-lock.json; other tools have the version of the system
    if (client.language === 'Node') expect(row).toMatchObject({ version: outcome.version })
  })
})

test('docs/conformance.json has a row for every client and way, and no others', () => {
  const named = runs.map(({ client: { name, api }, way }) => `${name} ${api} ${way}`)
  expect(rows.map(({ client, api, way }) => `${client} ${api} ${way}`)).toStrictEqual(named)
})

test('each row has every step of the scenario, or the reason why the client was not run', () => {
  for (const { client, way } of runs) {
    const row = rowOf(rows, client, way)
    if (row && 'notRun' in row) expect(row.notRun).toMatch(/not installed|could not be installed/)
    else if (client.command) {
      const steps = runsOf(client.api).flatMap((run) => run.steps.map(({ name }) => name))
      expect(Object.keys(row?.steps ?? {})).toStrictEqual(steps)
    }
  }
})

test('a step that gives another answer is a difference, and a lost step if it passed before', async () => {
  const client = {
    ...({ name: 'a script', language: 'shell', api: '3.0', ways: ['endpoint'], tools: [] } as const),
    command: () => ({ program: 'sh', args: ['-c', script] }),
  }
  const lines = [
    { version: '1' },
    { step: 'create', code: 'Success', answer: { KeyPair: { KeyName: 'two' } } },
    { step: 'duplicate-name', code: 'Success', answer: {} },
    { step: 'empty-name', code: 'InvalidKeyPairNameEmpty' },
    { step: 'retry', code: 'Success', answer: {} },
    { step: 'no-name', code: 'ClientError', message: 'no such parameter' },
  ]
  const script = `${lines.map((line) => `echo '${JSON.stringify(line)}'`).join('\n')}\necho it broke >&2`
  const outcome = await perform(client, 'endpoint')
  expect(outcome.version).toBe('1')
  expect(outcome.steps).toMatchObject({
    create: 'KeyPair.KeyName is "two" in place of "one"',
    'duplicate-name': 'Success in place of InvalidKeyPairName.Duplicate',
    'empty-name': 'passed',
    retry: 'the rule busy did not fire',
    'no-name': 'ClientError: no such parameter in place of MissingParameter',
    delete: 'printed nothing: it broke',
  })
  const before = { client: 'a script', api: '3.0', way: 'endpoint', version: '1', date: '2026-01-01' } as const
  const steps = { 'empty-name': 'passed', create: 'passed', delete: 'differed already' }
  expect(lostSteps({ ...before, steps }, outcome)).toStrictEqual(['create'])
})

test('no two steps have the same name', () => {
  const names = allSteps.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(snippets)('the code block of $name', (snippet) => {
  test('has the values of a reader', () => {
    expect(codeOf(snippet)).toContain('AKIDexample')
    expect(codeOf(snippet)).not.toMatch(/=>|endpoint\.|CVM_/)
  })

  const isPython = snippet.text.startsWith('```python')
  if (isPython || snippet.text.startsWith('```js')) {
    testWith('python3')('is a valid program', () => {
      const [program, ...args] = isPython
        ? ['python3', '-c', 'import ast, sys; ast.parse(sys.stdin.read())']
        : [process.execPath, '--input-type=module', '--check', '-']
      expect(run(program ?? '', args, codeOf(snippet))).toStrictEqual({ status: 0, output: '' })
    })
  }
})
