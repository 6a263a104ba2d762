/** A private key, pasted as PEM or as the base64 in it, of which a `+` may have come as a space. */
export const privateKeyPattern = /PRIVATE KEY|^\s*MII[A-Za-z0-9+/ ]{60}/

const longest = 256
const maxParameters = 100

/** A copy of the beginning: a slice would keep the whole of it in memory. */
export const cut = (text: string): string =>
  text.length <= longest ? text : `${Buffer.from(text.slice(0, longest)).toString()}…`

/** Sent parameters as the journal keeps them; `isSecret` knows further texts that may not be kept. */
export function recordable(
  entries: readonly (readonly [name: string, value: string, ...unknown[]])[],
  isSecret: (text: string) => boolean = () => false,
): Record<string, string> {
  const kept: Record<string, string> = {}
  const shownEntries = entries.slice(0, maxParameters)
  // Most requests hold none, which one look tells
  const holdsAny = isSecret(shownEntries.map(([name, value]) => `${seen(name)}\n${seen(value)}`).join('\n'))
  const shownText = (text: string) =>
    privateKeyPattern.test(seen(text)) || (holdsAny && isSecret(seen(text))) ? redacted : cut(text)
  for (const [name, value] of shownEntries) {
    const key = shownText(name)
    const shown = secretName.test(name) ? redacted : shownText(value)
    // Even `__proto__` is only a name here
    if (key === '__proto__')
      Object.defineProperty(kept, key, { value: shown, enumerable: true, configurable: true, writable: true })
    else kept[key] = shown
  }
  return kept
}

/** More than is kept, so that no secret is cut in two. */
const seen = (text: string) => text.slice(0, 4 * longest)

/** Stands for a secret. */
export const redacted = '[redacted]'

/** The last part of a nested name tells, the numbers of a list aside. */
const secretName = /(signature|token|secret[._-]?key|private[._-]?key|authorization)([._]\d+)*$/i
