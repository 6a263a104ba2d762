import { copyText } from '../system/copy-text.ts'

/** Matches a private key as PEM or as its base64, in which a `+` may have been decoded to a space. */
export const privateKeyPattern = /PRIVATE KEY|^\s*MII[A-Za-z0-9+/ ]{60}/

/** The length at which names and values are truncated. */
const maxLength = 256
const maxParameters = 100

/** Copies a text for the journal. Of a long one only the beginning, with `…`. */
export const truncate = (text: string): string =>
  text.length <= maxLength ? copyText(text) : `${copyText(text.slice(0, maxLength))}…`

/**
 * Returns the parameters of a request by name as the journal records them: secrets are replaced, long texts truncated, and
 * only the first 100 kept. `isSecret` finds further secrets in a text.
 */
export function redactParameters(
  entries: readonly (readonly [name: string, value: string, ...unknown[]])[],
  isSecret: (text: string) => boolean = () => false,
): Record<string, string> {
  const first = entries.slice(0, maxParameters)
  // Most requests contain no secret, so one search over all parameters usually suffices
  const containsSecret = isSecret(
    first.map(([name, value]) => `${searchedPart(name)}\n${searchedPart(value)}`).join('\n'),
  )
  const redactText = (text: string) => {
    const searched = searchedPart(text)
    const isRedacted = privateKeyPattern.test(searched) || (containsSecret && isSecret(searched))
    return isRedacted ? redacted : truncate(text)
  }
  return Object.fromEntries(
    first.map(([name, value]) => [redactText(name), secretNamePattern.test(name) ? redacted : redactText(value)]),
  )
}

/** Longer than what is recorded, so that a secret is found even where the text is truncated within it. */
const searchedPart = (text: string) => text.slice(0, 4 * maxLength)

/** Replaces a secret. */
export const redacted = '[redacted]'

/** Matches names whose last part, before any list indexes, denotes a secret. */
const secretNamePattern = /(signature|token|secret[._-]?key|private[._-]?key|authorization)([._]\d+)*$/i
