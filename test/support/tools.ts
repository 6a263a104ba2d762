import { spawn, spawnSync } from 'node:child_process'
import { test } from 'vitest'

/**
 * `test` for what needs programs of the system. Without one of them the test is skipped and names it, but in CI it
 * fails.
 */
export function testWith(...tools: readonly string[]): (name: string, body: () => unknown) => void {
  const absent = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  if (absent.length === 0) return (name, body) => test(name, body)
  const reason = `not installed: ${absent.join(', ')}`
  if (!process.env.CI) return (name) => test.skip(`${name} (${reason})`)
  return (name) =>
    test(name, () => {
      throw new Error(reason)
    })
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
