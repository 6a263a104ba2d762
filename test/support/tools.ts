import { spawn, spawnSync } from 'node:child_process'
import { test } from 'vitest'

/** Which of these programs the system does not have, or, of a whole command line, which does not run here. */
export const absentTools = (tools: readonly string[]): string[] =>
  tools.filter((tool) => spawnSync('sh', ['-c', tool.includes(' ') ? tool : `command -v ${tool}`]).status !== 0)

/** What becomes of a test whose programs are absent: skipped on somebody's machine, failed in CI. */
export const fateWithout = (absent: readonly string[], ci: boolean): 'run' | 'skip' | 'fail' => {
  if (absent.length === 0) return 'run'
  return ci ? 'fail' : 'skip'
}

/** `test` for what needs programs of the system; without one of them the test's name says which. */
export function testWith(...tools: readonly string[]): (name: string, body: () => unknown) => void {
  const absent = absentTools(tools)
  const fate = fateWithout(absent, Boolean(process.env.CI))
  const reason = `not installed: ${absent.join(', ')}`
  return (name, body) => {
    const title = fate === 'run' ? name : `${name} (${reason})`
    test.skipIf(fate === 'skip')(title, async () => {
      if (fate === 'fail') throw new Error(reason)
      await body()
    })
  }
}

/** Runs a program to its end: what it printed and its exit code. */
export function run(command: string, args: readonly string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** The same without holding up an emulator in this process that the program may call. */
export function runAsync(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('close', (status) => resolve({ status, output }))
  })
}
