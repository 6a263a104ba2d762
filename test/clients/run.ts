import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '../../src/emulator.ts'
import type { Client, Command, Outcome, Way } from './client.ts'
import { environment, type Variables } from './environment.ts'
import { type Api, runsOf, type Step, scenario } from './scenario.ts'

/** A program that hangs is ended. */
const maxProgramMs = 300_000

/** What a client printed for a step. */
interface Line {
  readonly version?: string
  readonly step?: string
  readonly code?: string
  readonly message?: string
  readonly answer?: unknown
}

/** Performs the scenario with a client against an emulator of its own. `installed` is the folder of its packages. */
export async function perform(client: Client, way: Way, installed = ''): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-client-'))
  try {
    const command = client.command?.(installed)
    if (command) return await performScenario(client, way, command, folder)
    if (client.perform) return await client.perform(folder)
    throw new Error(`${client.name} has no program`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function performScenario(client: Client, way: Way, command: Command, folder: string): Promise<Outcome> {
  const tls = way === 'tls' ? { tlsPort: 0 } : {}
  const emulator = await startEmulator({ port: 0, ...tls, auth: 'strict', fixtures: scenario.state })
  const { env, ca, remove } = await environment(emulator, way, folder)
  try {
    const own = { ...client.variables?.({ way, url: emulator.url, ca }), ...command.env, CVM_API: client.api }
    let version = 'unknown'
    const steps: Record<string, string> = {}
    for (const { advance = 0, steps: wanted } of runsOf(client.api)) {
      if (advance > 0) await emulator.clock.advance(advance)
      const file = join(folder, 'scenario.json')
      const { region, credentials } = scenario
      writeFileSync(file, JSON.stringify({ region, credentials, steps: wanted }))
      const variables = { ...env, ...own, CVM_SCENARIO: file }
      const { lines, failure } = await runProgram(command, variables, folder)
      version = lines.find((line) => line.version)?.version ?? version
      const hits = new Map((await emulator.faults.list()).map((rule) => [rule.id, rule.hits]))
      for (const step of wanted) {
        const line = lines.find((one) => one.step === step.name)
        steps[step.name] = line ? compare(step, client.api, line, hits) : failure
      }
    }
    return { version, steps }
  } finally {
    remove()
    await emulator.close()
  }
}

/** Runs a program; the lines that it printed, and how it failed. */
function runProgram(
  { program, args }: Command,
  env: Variables,
  cwd: string,
): Promise<{ lines: Line[]; failure: string }> {
  return new Promise((resolve) => {
    let output = ''
    let errors = ''
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: maxProgramMs })
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', (error) => {
      errors += error.message
    })
    child.on('close', () => {
      const lines = output.split('\n').filter((line) => line.startsWith('{'))
      const reason = errors.trim().split('\n').at(-1)
      resolve({ lines: lines.map((line) => JSON.parse(line)), failure: `printed nothing: ${reason}` })
    })
  })
}

/** `passed`, or what is different. */
function compare(step: Step, api: Api, line: Line, hits: ReadonlyMap<string, number>): string {
  const expected = (api === '2017-03-12' && step.code2017) || step.code
  if (line.code !== expected) {
    const known = line.code?.startsWith('Client') ? `${line.code}: ${line.message}` : `${line.code}`
    return `${known} in place of ${expected}`
  }
  for (const [path, fact] of Object.entries(step.facts ?? {})) {
    const value = valueAt(line.answer, path)
    if (value !== fact) return `${path} is ${JSON.stringify(value)} in place of ${JSON.stringify(fact)}`
  }
  if (step.fires && hits.get(step.fires) !== 1) return `the rule ${step.fires} did not fire`
  return 'passed'
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((part, name) => (part as Record<string, unknown> | undefined)?.[name], value)
}
