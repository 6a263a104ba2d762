import type { SignatureDiagnosis } from './entry.ts'
import { cut, maxTextLength, redacted, redactText, wholeCharacters } from './redaction.ts'

/**
 * Returns a diagnosis as the journal records it: the part of its texts where they differ. `isSecret` finds what was not
 * replaced before. Both texts are compared as they are shown, so that their difference tells nothing of a secret either.
 */
export function recordDiagnosis(
  { cause, mistake, expected, received = '' }: SignatureDiagnosis,
  isSecret: (text: string) => boolean,
): SignatureDiagnosis {
  const named = { cause, mistake: redactText(mistake, isSecret) }
  if (isSecret(`${expected}\n${received}`)) return { ...named, expected: redacted }
  if (received === '' || received === expected) return { ...named, expected: cut(expected) }
  let at = 0
  while (expected[at] === received[at]) at++
  const start = wholeCharacters(expected, Math.max(0, at - maxTextLength / 2))
  const firstDifference = at - start + (start > 0 ? 1 : 0)
  return { ...named, expected: cut(expected, start), received: cut(received, start), firstDifference }
}
