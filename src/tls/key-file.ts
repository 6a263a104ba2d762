import { linkSync, unlinkSync, writeFileSync } from 'node:fs'

/**
 * Creates a file that only its owner may read, atomically. An existing one is kept, so that two processes that start together
 * use the same key. `suffix` makes the name of the draft differ from that of the other process.
 */
export function createKeyFile(path: string, text: string, suffix: string): void {
  const draft = `${path}.${suffix}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}
