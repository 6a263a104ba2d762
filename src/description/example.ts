import type { Action } from '../core/action.ts'
import { keyPairVersion } from '../core/api-version.ts'

/** The first action's documented example as a request target, to be shown in hints and in the banner. */
export function documentedExample(path: string, [action]: readonly Action[]): string {
  if (!action) return path
  return `${path}?${new URLSearchParams({ Action: action.name, Version: keyPairVersion, ...action.example })}`
}
