import type { Client, Outcome, Way } from './client.ts'
import { clients } from './clients.ts'
import { type Row, readRows, rowOf } from './conformance.ts'
import { packerSteps } from './packer/packer.ts'
import { allSteps, type Step } from './scenario.ts'

const ways: readonly Way[] = ['endpoint', 'proxy', 'tls']

/** docs/conformance.md, made from docs/conformance.json. */
export function conformancePage(): string {
  const rows = readRows()
  const scenarioClients = clients.filter((client) => client.command)
  return `# Published clients

\`npm run clients\` performs one scenario with published clients against an emulator with \`--auth strict\`, and writes this page
and conformance.json beside it. The scenario is [test/clients/scenario.json](../test/clients/scenario.json); the programs
beside it are complete examples. Clients whose tools are not installed keep the row of their last run.

A client reaches the emulator at its address by plain HTTP, at the service's own host through the CONNECT proxy, or by HTTPS at
\`--tls-port\`. In the last two ways it checks the emulator's certificate. \`–\` is a way that is not run: each language has one client
for all three ways, and a client with a fixed host has only the proxy. Numbers are steps that gave the expected answer.

${table(
  ['Client', 'Language', 'API', 'Version', 'HTTP', 'Proxy', 'HTTPS', 'Date'],
  clients.map((client) => clientLine(client, rows)),
)}

\`tencentcloud-sdk-go\` is run with the CommonClient of its module \`common\`, on which the clients of all services are built. After
RequestLimitExceeded it repeats the call by itself, and so does \`tencentcloud-sdk-python\`; for the others the program does.

## Steps

Each client performs these steps in every way that the table above has for it. ✓: the answer is the expected one. –: the API has
no such parameter.

${table(
  ['Step', 'Expected code', ...scenarioClients.map(({ name, api }) => `${name} (${api})`)],
  allSteps.map((step) => [
    sentence(step.title),
    codesOf(step),
    ...scenarioClients.map((client) => stepCell(client, step.name, rows)),
  ]),
)}

Packer's Tencent builder cannot be told what to call. Its build runs until it has cleaned up:

${table(
  ['Step', 'Packer'],
  packerSteps.map(({ name, title }) => [
    sentence(title),
    ...clients.filter(({ perform }) => perform).map((client) => stepCell(client, name, rows)),
  ]),
)}
${differences(rows)}`
}

const sentence = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1)

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** The rows of a client that was run. */
const outcomesOf = (client: Client, rows: readonly Row[]): (Outcome & { date: string; way: Way })[] =>
  client.ways.flatMap((way) => {
    const row = rowOf(rows, client, way)
    return row && 'steps' in row ? [row] : []
  })

function clientLine(client: Client, rows: readonly Row[]): string[] {
  const outcomes = outcomesOf(client, rows)
  const versions = new Set(outcomes.map(({ version }) => version))
  const dates = new Set(outcomes.map(({ date }) => date))
  const cells = ways.map((way) => wayCell(client, rowOf(rows, client, way)))
  return [`\`${client.name}\``, client.language, client.api, [...versions].join(', '), ...cells, [...dates].join(', ')]
}

function wayCell(client: Client, row: Row | undefined): string {
  if (!row) return '–'
  if ('notRun' in row) return `not run: ${row.notRun}`
  const outcomes = Object.values(row.steps)
  const passed = outcomes.filter((outcome) => outcome === 'passed').length
  return `${passed} of ${outcomes.length}${client.perform ? ' calls' : ''}`
}

const codesOf = ({ code, code2017 }: Step): string =>
  code2017 ? `\`${code}\`; in 2017-03-12 \`${code2017}\`` : `\`${code}\``

function stepCell(client: Client, step: string, rows: readonly Row[]): string {
  const outcomes = outcomesOf(client, rows)
  if (outcomes.length === 0) return 'not run'
  const found = outcomes.flatMap(({ steps }) => steps[step] ?? [])
  if (found.length === 0) return '–'
  return found.every((outcome) => outcome === 'passed') ? '✓' : 'differs'
}

/** What did not give the expected answer, and why, once for each client and step. */
function differences(rows: readonly Row[]): string {
  const lines = clients.flatMap((client) => {
    const found = outcomesOf(client, rows).flatMap(({ steps }) => Object.entries(steps))
    const different = new Map(found.filter(([, outcome]) => outcome !== 'passed'))
    return [...different].map(([step, outcome]) => {
      const note = client.notes?.[step]
      return `* \`${client.name}\` (${client.api}), ${step}: ${note ? `${note} ` : ''}It gave: ${outcome}.`
    })
  })
  return lines.length === 0 ? '' : `\n## Differences\n\n${lines.join('\n')}\n`
}
