import { spawn, spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { absentTools } from './absent-tools.ts'

/** How to treat a test when programs are absent: skip it on a developer's machine, fail it in CI. */
export const modeWithout = (absent: readonly string[], ci: boolean): 'run' | 'skip' | 'fail' => {
  if (absent.length === 0) return 'run'
  return ci ? 'fail' : 'skip'
}

/** `test` for a test that needs programs of the system. When some are absent, the title names them. */
export function testWith(...tools: readonly string[]): (name: string, body: () => unknown, timeout?: number) => void {
  const absent = absentTools(tools)
  const mode = modeWithout(absent, Boolean(process.env.CI))
  const reason = `not installed: ${absent.join(', ')}`
  return (name, body, timeout) => {
    const title = mode === 'run' ? name : `${name} (${reason})`
    test.skipIf(mode === 'skip')(
      title,
      async () => {
        if (mode === 'fail') throw new Error(reason)
        await body()
      },
      timeout,
    )
  }
}

/** Runs a program and returns its exit code and output. */
export function run(command: string, args: readonly string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** Runs a program asynchronously, so that it can call an emulator in this process. */
export function runAsync(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('close', (status) => resolve({ status, output }))
  })
}
