import { createSystem } from '../system/system.ts'

/** Writes a warning to the log, in the form of the emulator's own lines. */
export function warn(log: { write(line: string): unknown }, msg: string): void {
  log.write(`${JSON.stringify({ level: 40, time: createSystem().now().getTime(), msg })}\n`)
}
