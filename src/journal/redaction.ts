import type { Entry } from '../core/params.ts'
import { secretNamePattern } from '../identity/secrets.ts'
import { copyText } from '../system/copy-text.ts'

type IsSecret = (text: string) => boolean

/** The length at which names and values are truncated. */
const maxLength = 256

/** The length at which the texts of an error and of a diagnosis are truncated. */
export const maxTextLength = 4_000

const maxParameters = 100

/** Copies a text for the journal, from `start`. Of a long one only a part, with `…` where it is cut. */
export function cut(text: string, start = 0, length = maxTextLength): string {
  const end = wholeCharacters(text, start + length)
  return `${start > 0 ? '…' : ''}${copyText(text.slice(start, end))}${end < text.length ? '…' : ''}`
}

/** Returns an index at which a text can be cut: not within a surrogate pair, but before it. */
export const wholeCharacters = (text: string, index: number): number =>
  (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index

/** Copies a text for the journal. Of a long one only the beginning, with `…`. */
export const truncate = (text: string): string => cut(text, 0, maxLength)

/**
 * Returns the parameters of a request by name as the journal records them: secrets are replaced, long texts truncated, and
 * only the first 100 kept. `isSecret` finds secrets in a text.
 */
export const redactParameters = (entries: readonly Entry[], isSecret: IsSecret): Record<string, string> =>
  Object.fromEntries(
    entries
      .slice(0, maxParameters)
      .map(([name, value]) => [
        redactText(name, isSecret),
        secretNamePattern.test(name.slice(-maxLength)) ? redacted : redactText(value, isSecret),
      ]),
  )

/** What is searched for secrets of the parameters that the journal records, and of further texts, as one text. */
export function searchedText(entries: readonly Entry[], texts: readonly (string | undefined)[]): string {
  let all = ''
  for (const text of texts) all += `${searchedPart(text ?? '')}\n`
  for (const [name, value] of entries.slice(0, maxParameters)) all += `${searchedPart(name)}\n${searchedPart(value)}\n`
  return all
}

/** Truncates a text that the client chose, or replaces it when it contains a secret. */
export const redactText = (text: string, isSecret: IsSecret): string =>
  isSecret(searchedPart(text)) ? redacted : truncate(text)

/** Longer than what is recorded, so that a secret is found even where the text is truncated within it. */
export const searchedPart = (text: string) => text.slice(0, 4 * maxLength)

/** Replaces a secret. */
export const redacted = '[redacted]'
