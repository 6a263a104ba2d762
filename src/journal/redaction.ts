import { secretNamePattern } from '../identity/secrets.ts'
import { copyText } from '../system/copy-text.ts'

/** The length at which names and values are truncated. */
const maxLength = 256
const maxParameters = 100

/** Copies a text for the journal. Of a long one only the beginning, with `…`. */
export const truncate = (text: string): string =>
  text.length <= maxLength ? copyText(text) : `${copyText(text.slice(0, maxLength))}…`

/**
 * Returns the parameters of a request by name as the journal records them: secrets are replaced, long texts truncated, and
 * only the first 100 kept. `isSecret` finds secrets in a text.
 */
export function redactParameters(
  entries: readonly (readonly [name: string, value: string, ...unknown[]])[],
  isSecret: (text: string) => boolean,
): Record<string, string> {
  const first = entries.slice(0, maxParameters)
  // Most requests contain no secret, so one search over all parameters usually suffices
  const containsSecret = isSecret(
    first.map(([name, value]) => `${searchedPart(name)}\n${searchedPart(value)}`).join('\n'),
  )
  const toRecorded = (text: string) => (containsSecret ? redactText(text, isSecret) : truncate(text))
  return Object.fromEntries(
    first.map(([name, value]) => [
      toRecorded(name),
      secretNamePattern.test(name.slice(-maxLength)) ? redacted : toRecorded(value),
    ]),
  )
}

/** Truncates a text that the client chose, or replaces it when it contains a secret. */
export const redactText = (text: string, isSecret: (text: string) => boolean): string =>
  isSecret(searchedPart(text)) ? redacted : truncate(text)

/** Longer than what is recorded, so that a secret is found even where the text is truncated within it. */
export const searchedPart = (text: string) => text.slice(0, 4 * maxLength)

/** Replaces a secret. */
export const redacted = '[redacted]'
