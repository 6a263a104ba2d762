import type { ErrorObject } from 'ajv'
import { formatRules } from './schema.ts'

/** What is wrong with a value, to follow its path. Requires ajv's option `verbose`. */
export function problemOf({ keyword, params, message = 'is invalid', data }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `may not have \`${params.additionalProperty}\``
  if (keyword === 'format') return formatRules[params.format] ?? message
  // A large number may not be the one that was sent, because JSON.parse rounds it
  return keyword === 'maximum' ? `${message}, not ${data}` : message
}
