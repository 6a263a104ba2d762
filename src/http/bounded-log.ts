import type { Writable } from 'node:stream'

/** In bytes. So much may wait for the reader of the log. */
const maxUnread = 4 * 1024 * 1024

/** Where the log goes: a stream, or what collects its lines. */
export type LogStream = Pick<Writable, 'writableLength'> & { write(line: string): unknown }

/**
 * Writes the lines of the log to `out`. When nobody reads them, further lines are dropped, so that they do not fill the
 * memory; the next line that is written says how many.
 */
export function boundedLog(out: LogStream, limit = maxUnread): Pick<LogStream, 'write'> {
  let dropped = 0
  return {
    write(line) {
      if (out.writableLength > limit) {
        dropped++
        return
      }
      if (dropped > 0) {
        // The time of the line that follows
        const [time = '"time":0'] = /"time":\d+/.exec(line) ?? []
        out.write(`{"level":40,${time},"dropped":${dropped},"msg":"log lines dropped, because nobody read them"}\n`)
        dropped = 0
      }
      out.write(line)
    },
  }
}
