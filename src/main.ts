#!/usr/bin/env node
import { collectLines } from './cli/collect-lines.ts'
import type { Config } from './config/options.ts'
import { messageOf, OperatorError } from './system/errors.ts'
import { nodeVersionError, version } from './system/version.ts'

/** Resolves at the first SIGTERM or SIGINT; further signals have no effect. */
const terminated = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
})

// The reader of the output may end first, as `head` does; the emulator goes on without output
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

async function main(): Promise<void> {
  const versionError = nodeVersionError()
  if (versionError !== undefined) throw new OperatorError(versionError)
  // Loaded after the check, because an old Node cannot load some of it
  const { readCommand } = await import('./config/config.ts')
  const command = readCommand(process.argv.slice(2), process.env)
  if (command.name === 'start') await run(command.config)
  else process.stdout.write(command.name === 'version' ? `${version}\n` : (await import('./cli/help.ts')).helpText())
}

async function run(config: Config): Promise<void> {
  // Loaded here, so that --help and --version are fast
  const { compose } = await import('./compose.ts')
  const terminal = process.stderr.isTTY ? await import('./cli/terminal.ts') : undefined
  const lines = collectLines(process.stderr)
  // An uncaught exception ends the process, too; its stack is printed after these lines
  process.on('exit', lines.flush)
  // A start may take minutes, to generate the keys of --fixtures. Nothing was answered yet, so it may end anywhere
  const starting = compose(config, terminal?.humanLog(process.stderr) ?? lines).finally(lines.flush)
  const running = await Promise.race([starting, terminated])
  if (!running) return
  if (terminal) process.stderr.write(terminal.banner(config, running))
  process.stdout.write(`cvm-emulator ready on ${running.url}\n`)
  await terminated
  await running.close()
}

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
  () => process.exit(0),
  (error: unknown) => {
    const message = operatorMessage(error)
    process.stderr.write(message === undefined ? `${(error as Error).stack}\n` : `cvm-emulator: ${message}\n`)
    process.exit(message === undefined ? 1 : 2)
  },
)
