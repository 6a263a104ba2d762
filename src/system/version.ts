import manifest from '../../package.json' with { type: 'json' }

/** The version of this package. */
export const version = manifest.version

/**
 * Compares a Node version such as `22.14.0` with `engines` of the package. Returns a message for the operator when it is
 * too old, else undefined. Older versions crash in the binary of better-sqlite3, so the entry points check this before they
 * load anything else.
 */
export function nodeVersionError(
  running = process.versions.node,
  required = manifest.engines.node.replace('>=', ''),
): string | undefined {
  const [major = 0, minor = 0] = running.split('.').map(Number)
  const [minMajor = 0, minMinor = 0] = required.split('.').map(Number)
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return undefined
  return `Node ${required} or newer is required; this is Node ${running}.`
}
