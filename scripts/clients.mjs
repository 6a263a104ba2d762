// Performs the scenario with every published client whose tools are installed, and writes docs/conformance.json and the page.
// `npm run clients -- NAME` runs only the clients whose name contains this text.
import { writeFileSync } from 'node:fs'
import { conformanceFile, lostSteps, readRows, rowOf, runs } from '../test/clients/conformance.ts'
import { install } from '../test/clients/install.ts'
import { perform } from '../test/clients/run.ts'
import { absentTools } from '../test/support/absent-tools.ts'

const wanted = process.argv[2] ?? ''
const print = (line) => process.stdout.write(`${line}\n`)
const before = readRows()
const installed = new Map()
let hasLost = false

/** The row of this run. A client that cannot be run keeps its row. */
async function rowFor({ client, way }) {
  const place = { client: client.name, api: client.api, way }
  const committed = rowOf(before, client, way)
  if (!client.name.includes(wanted)) return committed ?? { ...place, notRun: 'it was left out' }
  const reason = reasonNotToRun(client)
  if (reason) {
    print(`${client.name} ${client.api} ${way}: not run: ${reason}`)
    return committed && 'steps' in committed ? committed : { ...place, notRun: reason }
  }
  const outcome = await perform(client, way, installed.get(client).folder)
  const failed = Object.entries(outcome.steps).filter(([, result]) => result !== 'passed')
  print(`${client.name} ${outcome.version} ${client.api} ${way}: ${failed.length} of its steps differ`)
  for (const [step, result] of failed) print(`  ${step}: ${result}`)
  const lost = lostSteps(committed, outcome)
  if (lost.length > 0) {
    hasLost = true
    print(`  These steps passed before: ${lost.join(', ')}`)
  }
  return { ...place, version: outcome.version, date: new Date().toISOString().slice(0, 10), steps: outcome.steps }
}

function reasonNotToRun(client) {
  const absent = absentTools(client.tools)
  if (absent.length > 0) return `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not installed`
  if (!installed.has(client)) installed.set(client, install(client))
  return installed.get(client).reason
}

const rows = []
for (const run of runs) rows.push(await rowFor(run))
writeFileSync(conformanceFile, `${JSON.stringify({ rows }, null, 2)}\n`)
// Only now, because the page is made from the file
const { conformancePage } = await import('../test/clients/page.ts')
writeFileSync(new URL('../docs/conformance.md', import.meta.url), conformancePage())
if (hasLost) process.exitCode = 1
