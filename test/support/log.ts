import { Writable } from 'node:stream'

export interface Log {
  readonly stream: Writable
  /** Everything that was logged so far. */
  text(): string
  lines(): Record<string, unknown>[]
  clear(): void
}

/** A stream that remembers what was logged. */
export function createLog(): Log {
  let written = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk
      done()
    },
  })
  return {
    stream,
    text: () => written,
    clear: () => {
      written = ''
    },
    lines: () =>
      written
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  }
}
