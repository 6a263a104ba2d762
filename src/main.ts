#!/usr/bin/env node
import { collectLines } from './cli/collect-lines.ts'
import type { Running } from './compose.ts'
import type { ExecCommand } from './config/command-line.ts'
import type { Config } from './config/options.ts'
import { messageOf, OperatorError } from './system/errors.ts'
import { nodeVersionError, version } from './system/version.ts'

/** Resolves at the first SIGTERM or SIGINT; further signals have no effect. */
const terminated = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
})

// The reader of the output may end first, as `head` does; the emulator goes on without output
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** Returns the exit code. */
async function main(): Promise<number> {
  const versionError = nodeVersionError()
  if (versionError !== undefined) throw new OperatorError(versionError)
  // Loaded after the check, because an old Node cannot load some of it
  const { readCommand } = await import('./config/command-line.ts')
  const command = readCommand(process.argv.slice(2), process.env)
  switch (command.name) {
    case 'start':
      return run(command.config)
    case 'exec':
      return runCommand(command)
    case 'health':
      return reportHealth(command.url)
    case 'help':
      process.stdout.write((await import('./cli/help.ts')).helpText(command.about))
      return 0
    case 'version':
      process.stdout.write(`${version}\n`)
      return 0
  }
}

async function run(config: Config): Promise<number> {
  const running = await Promise.race([start(config), terminated])
  if (!running) return 0
  if (process.stderr.isTTY) process.stderr.write((await import('./cli/terminal.ts')).banner(config, running))
  process.stdout.write(`cvm-emulator ready on ${running.url}\n`)
  await terminated
  await running.close()
  return 0
}

/** Starts the emulator. This may take minutes, to generate the keys of --fixtures; until then the process may end anywhere. */
async function start(config: Config): Promise<Running> {
  // Loaded here, so that --help and --version are fast
  const { compose } = await import('./compose.ts')
  const terminal = process.stderr.isTTY ? await import('./cli/terminal.ts') : undefined
  const lines = collectLines(process.stderr)
  // An uncaught exception ends the process, too; its stack is printed after these lines
  process.on('exit', lines.flush)
  const log = terminal?.humanLog(process.stderr) ?? lines
  const warning = (await import('./config/unknown-variables.ts')).unknownVariablesWarning(process.env)
  const isLogged = !['error', 'silent'].includes(config.logLevel)
  if (warning !== undefined && isLogged) (await import('./cli/warn.ts')).warn(log, warning)
  return compose(config, log).finally(lines.flush)
}

async function runCommand(command: ExecCommand): Promise<number> {
  const { exec, passedSignals } = await import('./cli/exec.ts')
  return exec(command, {
    env: process.env,
    start: () => start(command.config),
    onSignal: (listener) => {
      for (const signal of passedSignals) process.on(signal, () => listener(signal))
    },
    onExit: (listener) => process.on('exit', listener),
    print,
  })
}

async function reportHealth(url: string): Promise<number> {
  const { checkHealth } = await import('./cli/health.ts')
  const health = await Promise.race([checkHealth(url), terminated])
  if (health?.isReady) process.stdout.write(`${health.line}\n`)
  else if (health) print(health.line)
  return health?.isReady ? 0 : 1
}

const print = (message: string) => process.stderr.write(`cvm-emulator: ${message}\n`)

/** What the operator can correct, or undefined for a bug. */
function operatorMessage(error: unknown): string | undefined {
  if (error instanceof OperatorError) return error.message
  // Anything may fail for want of a descriptor, even loading a module
  const problem = /EMFILE|ENFILE|too many open files/.exec(messageOf(error))
  return problem
    ? `Too many open files (${messageOf(error)}). Raise the limit, for example: ulimit -n 1024.`
    : undefined
}

// Not awaited at the top level, because the bundler would then make more files
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message = operatorMessage(error)
    if (message === undefined) process.stderr.write(`${(error as Error).stack}\n`)
    else print(message)
    process.exit(message === undefined ? 1 : 2)
  },
)
