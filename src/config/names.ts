import { nearestName } from '../system/nearest-name.ts'

/** Returns the message about an option that does not exist; it suggests the most similar name. */
export const unknownOptionMessage = (name: string, validNames: readonly string[]): string =>
  `unknown option ${name}${suggestion(name, validNames)}; valid options: ${validNames.join(', ')}.`

/** Returns ` (did you mean X?)` with the most similar name, or an empty text when no name is similar. */
export function suggestion(name: string, validNames: readonly string[], prefix = ''): string {
  const nearest = nearestName(name, validNames)
  return nearest === undefined ? '' : ` (did you mean ${prefix}${nearest}?)`
}
