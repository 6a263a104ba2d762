import { spawnSync } from 'node:child_process'

/** Returns the programs that are not installed, and the command lines that fail. */
export const absentTools = (tools: readonly string[]): string[] =>
  tools.filter((tool) => spawnSync('sh', ['-c', tool.includes(' ') ? tool : `command -v ${tool}`]).status !== 0)
