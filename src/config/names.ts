import { suggestion } from '../system/nearest-name.ts'

/** Returns the message about an option that does not exist; it suggests the most similar name. */
export const unknownOptionMessage = (name: string, validNames: readonly string[]): string =>
  `unknown option ${name}${suggestion(name, validNames)}; valid options: ${validNames.join(', ')}.`
