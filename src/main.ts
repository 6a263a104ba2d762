#!/usr/bin/env node
import type { Config } from './config/options.ts'
import { OperatorError } from './system/errors.ts'
import { nodeVersionError } from './system/node-version.ts'

/** Resolves when the process is told to end; further signals do nothing. */
const toldToEnd = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
})

// Whoever reads our output may go away, as `head` does; that ends the output, not the emulator.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

async function main(): Promise<void> {
  const tooOld = nodeVersionError()
  if (tooOld !== undefined) throw new OperatorError(tooOld)
  // Loaded after the check, so that an old Node reads only what it understands
  const { readCommand } = await import('./config/config.ts')
  const command = readCommand(process.argv.slice(2), process.env)
  if (command.name === 'help') {
    const { helpText } = await import('./cli/help.ts')
    process.stdout.write(helpText())
    return
  }
  if (command.name === 'version') {
    const { version } = await import('./system/version.ts')
    process.stdout.write(`${version}\n`)
    return
  }
  await run(command.config)
}

async function run(config: Config): Promise<void> {
  // Loaded here, so that --help and --version answer at once
  const [{ compose }, { banner, humanLog }] = await Promise.all([import('./compose.ts'), import('./cli/terminal.ts')])
  const atTerminal = process.stderr.isTTY
  const running = await compose(config, atTerminal ? humanLog(process.stderr) : process.stderr)
  if (atTerminal) process.stderr.write(banner(config, running))
  process.stdout.write(`cvm-emulator ready on ${running.url}\n`)
  await toldToEnd
  await running.close()
}

try {
  await main()
  process.exit(0)
} catch (error) {
  const forOperator = error instanceof OperatorError
  process.stderr.write(forOperator ? `cvm-emulator: ${error.message}\n` : `${(error as Error).stack}\n`)
  process.exit(forOperator ? 2 : 1)
}
