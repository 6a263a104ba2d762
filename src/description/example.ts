import type { Action } from '../core/action.ts'
import { keyPairVersion } from '../core/api-version.ts'

/** Returns the documented example of the first action as a request target, for hints and for the banner. */
export function documentedExample(path: string, [action]: readonly Action[]): string {
  if (!action) return path
  return `${path}?${new URLSearchParams({ Action: action.name, Version: keyPairVersion, ...action.example })}`
}
