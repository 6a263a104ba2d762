import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Parts, Running } from '../../src/compose.ts'
import { compose } from '../../src/compose.ts'
import { readCommand } from '../../src/config/command-line.ts'
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator.ts'
import { createLog, type Log } from './log.ts'

/** Starts an emulator on a free port and closes it after the test. Its keys are small and generated on demand. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ port: 0, keyBits: 1024, poolSize: 0, ...options })
  onTestFinished(() => emulator.close())
  return emulator
}

/** Starts an emulator with other parts, such as a store that throws, and returns its log, too. */
export async function startWithParts(parts: Partial<Parts>, flags: string[] = []): Promise<Running & { log: Log }> {
  const command = readCommand(['--port', '0', '--key-bits', '1024', '--pool-size', '0', ...flags], {})
  if (command.name !== 'start') throw new Error('not a command to start')
  const log = createLog()
  const running = await compose(command.config, log.stream, parts)
  onTestFinished(() => running.close())
  return { ...running, log }
}

/** Creates an empty folder and removes it after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
