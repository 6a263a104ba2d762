import { InvalidInputError, messageOf } from './errors.ts'

/**
 * Copies a value as JSON would, without members that are undefined. Throws an InvalidInputError for what JSON, UTF-8 or a
 * number of JavaScript would change. `where` begins the path in the message, which repeats no text, since texts may be
 * secret. `maxDepth` is the number of lists and objects within each other; JSON.stringify fails some thousands deep.
 */
export function copyJson(value: unknown, where: string, maxDepth: number): unknown {
  const copy = (item: unknown, path: string, depth: number): unknown => {
    const refuse = (problem: string) => new InvalidInputError(`${where}${path || '/'} ${problem}.`)
    const assertText = (text: string, subject: string) => {
      const half = /\p{Surrogate}/u.exec(text)
      if (half) throw refuse(`${subject} \\u${text.charCodeAt(half.index).toString(16)}, half of a surrogate pair`)
    }
    if (typeof item === 'string') assertText(item, 'must not contain')
    if (typeof item === 'number' && !(Math.abs(item) <= Number.MAX_SAFE_INTEGER)) {
      throw refuse(`is ${item}; a number must be from -(2^53-1) to 2^53-1. Larger ones can be texts`)
    }
    // JSON has no -0
    if (typeof item === 'number') return item + 0
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item
    const kind = Object.prototype.toString.call(item)
    if (kind !== '[object Object]' && !Array.isArray(item)) throw refuse(`must be JSON, not ${kind.slice(8, -1)}`)
    if (depth === maxDepth) throw refuse(`is nested too deeply: the limit is ${maxDepth} levels`)
    if (Array.isArray(item)) return Array.from(item, (member, index) => copy(member, `${path}/${index}`, depth + 1))
    const members = Object.entries(item as object).filter(([, member]) => member !== undefined)
    for (const [name] of members) assertText(name, 'must not have a name with')
    // Unlike an assignment, this gives `__proto__` no special meaning
    return Object.fromEntries(
      members.map(([name, member]) => [name, copy(member, `${path}/${escapePointer(name)}`, depth + 1)]),
    )
  }
  return copy(value, '', 0)
}

/** Parses a text, which may begin with a byte order mark; an InvalidInputError that calls it `subject` says why it is not JSON. */
export function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    // The engine's message may end with a quotation of the text, which may contain a SecretKey
    const reason = messageOf(error).split(/, (?:\.\.\.)?"/, 1)[0]
    throw new InvalidInputError(`${subject} is not JSON: ${reason}.`)
  }
}

/** Escapes a name for use in a JSON pointer (RFC 6901). */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
