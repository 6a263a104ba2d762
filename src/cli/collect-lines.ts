import type { Writable } from 'node:stream'

/** In characters. To write so much costs hardly more than to write one line. */
const maxPending = 4096

/** In milliseconds. */
const maxWait = 100

/** Collects the lines of the log and writes them to `out` together. `flush` writes those that wait; it is needed at the end. */
export function collectLines(out: Writable) {
  let pending = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (pending !== '') out.write(pending)
    pending = ''
  }
  return {
    write(line: string): void {
      pending += line
      if (pending.length >= maxPending) flush()
      else timer ??= setTimeout(flush, maxWait).unref()
    },
    get writableLength() {
      return out.writableLength + pending.length
    },
    flush,
  }
}
