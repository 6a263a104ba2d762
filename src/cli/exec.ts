import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants, platform } from 'node:os'
import type { Running } from '../compose.ts'
import type { ExecCommand } from '../config/command-line.ts'
import type { Environment } from '../config/config.ts'
import { urlVariable } from '../config/health-url.ts'
import { messageOf, OperatorError } from '../system/errors.ts'
import { get } from './get.ts'
import { proxyVariables } from './proxy-variables.ts'
import { trustAlso } from './trust.ts'

/** The signals that `exec` passes on to its command. */
export const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

type Signal = (typeof passedSignals)[number]

/** What `exec` needs of its own process. */
export interface Host {
  readonly env: Environment
  /** Starts the emulator. */
  start(): Promise<Running>
  onSignal(listener: (signal: Signal) => void): void
  /** Calls the listener whenever the process ends, also by an uncaught exception. */
  onExit(listener: () => void): void
  /** Tells the user. */
  print(message: string): void
}

/**
 * Starts an emulator, runs the command with its URL in the environment, and closes the emulator. Returns the exit code of
 * the command, in the way of a shell.
 */
export async function exec({ command, config, withProxy }: ExecCommand, host: Host): Promise<number> {
  let passOn = (_signal: Signal) => {}
  let early: Signal | undefined
  const interrupted = new Promise<void>((resolve) => {
    host.onSignal((signal) => {
      early ??= signal
      resolve()
      passOn(signal)
    })
  })
  const running = await Promise.race([host.start(), interrupted])
  if (!running) return signalCode(early)
  let trust: ReturnType<typeof trustAlso> | undefined
  host.onExit(() => trust?.remove())
  try {
    if (withProxy) trust = trustAlso(await authorityOf(running.url, config.controlToken), host.env)
    if (early) return signalCode(early)
    const proxy = trust && { ...proxyVariables(running.url, host.env), ...trust.variables }
    const [program, ...args] = command
    const child = spawn(program, args, { stdio: 'inherit', env: { ...host.env, ...proxy, [urlVariable]: running.url } })
    passOn = passerTo(child)
    host.onExit(() => child.kill())
    return await endOf(child)
  } catch (error) {
    const failure = startFailure(error, command[0])
    if (!failure) throw error
    host.print(failure.message)
    return failure.code
  } finally {
    await running.close()
    trust?.remove()
  }
}

const signalCode = (signal: NodeJS.Signals | undefined) => 128 + (signal ? constants.signals[signal] : 0)

/** The certificate that the command must trust to reach the emulator by HTTPS. */
async function authorityOf(url: string, token: string | undefined): Promise<string> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const { status, body } = await get(`${url}/_emulator/ca.pem`, 60_000, headers)
  if (status !== 200) throw new OperatorError(`exec --with-proxy: ${url}/_emulator/ca.pem answers ${status}: ${body}`)
  return body
}

/** The exit code of the command. Rejects when it cannot be started. */
async function endOf(child: ChildProcess): Promise<number> {
  const guard = child.pid === undefined ? undefined : startGuard(child.pid)
  try {
    return await new Promise((resolve, reject) => {
      child.once('exit', (code, signal) => resolve(code ?? signalCode(signal ?? undefined)))
      // A signal that may not be sent is an error, too, but not the end
      child.on('error', (error) => child.pid === undefined && reject(error))
    })
  } finally {
    guard?.kill()
  }
}

/**
 * Starts a shell that ends the command when this process is gone without having ended it, by SIGKILL or a crash: the pipe
 * between them is closed then. It is out of reach of the terminal's signals.
 */
function startGuard(pid: number): ChildProcess {
  const script = 'read -r line; kill -TERM "$1" && sleep 5 && kill -KILL "$1"'
  const guard = spawn('sh', ['-c', script, 'sh', `${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  // Without a shell there is no guard
  return guard.on('error', () => {})
}

/** What a shell answers when a command cannot be started; undefined for another error. */
function startFailure(error: unknown, program: string): { code: number; message: string } | undefined {
  const { syscall, code } = error as NodeJS.ErrnoException
  if (!syscall?.startsWith('spawn')) return undefined
  if (code === 'ENOENT') return { code: 127, message: `exec: ${program} was not found. Check its name and PATH.` }
  if (code === 'EACCES') return { code: 126, message: `exec: ${program} is not an executable file.` }
  return { code: 126, message: `exec: ${program} cannot be started: ${messageOf(error)}.` }
}

/** Passes signals on, but for the one that a terminal has sent to the command itself: two may mean to end at once. */
function passerTo(child: ChildProcess): (signal: Signal) => void {
  const sharesTerminal = platform() === 'win32' || hasTerminal()
  return (signal) => {
    if (signal !== 'SIGINT' || !sharesTerminal) child.kill(signal)
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
