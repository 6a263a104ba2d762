import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const source = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The emulator as a separate process. */
export interface EmulatorProcess {
  readonly child: ChildProcess
  /** Resolves with the URL of the ready line; rejects when the process ends before. */
  readonly ready: Promise<string>
  readonly ended: Promise<{ code: number | null; signal: string | null }>
  stdout(): string
  stderr(): string
}

interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>
  /** The file of the command; by default the source. */
  readonly main?: string
  /** Puts another program around the command. */
  wrap?(command: readonly string[]): readonly string[]
}

/** Runs `cvm-emulator` with these arguments. */
export function launch(
  args: readonly string[],
  { env = {}, main = source, wrap = (command) => command }: LaunchOptions = {},
): EmulatorProcess {
  const [command = '', ...rest] = wrap([process.execPath, main, ...args])
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'PORT' && !name.startsWith('CVM_EMULATOR_'))
  const child = spawn(command, rest, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stdout = ''
  let stderr = ''
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      stdout += chunk
      const url = /^cvm-emulator ready on (\S+)$/m.exec(stdout)?.[1]
      if (url) resolve(url)
    })
    ended.then(() => reject(new Error(`ended before it was ready: ${stderr}`)))
  })
  ready.catch(() => {})
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  return { child, ready, ended, stdout: () => stdout, stderr: () => stderr }
}
