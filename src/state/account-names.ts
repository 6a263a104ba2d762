import type { StartDocument } from '../store/start.ts'
import type { Store } from '../store/store.ts'

/** Surrogates come after all other UTF-16 units. */
const rank = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

/** Compares texts as the database does: by their bytes in UTF-8. */
export function compareAsDatabase(a: string, b: string): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** So many names are read at a time. */
const pageLength = 1000

function* inPages(read: (after: string, limit: number) => readonly string[]): Generator<string> {
  for (let names = read('', pageLength); ; names = read(names.at(-1) ?? '', pageLength)) {
    yield* names
    if (names.length < pageLength) return
  }
}

/** The name of an account, and whether the account has been used. */
export interface Named {
  readonly name: string
  readonly isUsed: boolean
}

/**
 * All accounts that the store or the starting state knows, and `others`, each once, in the order of the database. They are
 * read while they are taken.
 */
export function* namedAccounts(
  store: Pick<Store, 'accounts'>,
  start: Pick<StartDocument, 'names'>,
  others: Iterable<string> = [],
): Generator<Named> {
  const lists = [inPages(store.accounts), inPages(start.names), [...others].sort(compareAsDatabase).values()]
  const heads = lists.map((list) => list.next().value)
  for (;;) {
    const first = heads.reduce((a, b) => (a === undefined || (b !== undefined && compareAsDatabase(b, a) < 0) ? b : a))
    if (first === undefined) return
    yield { name: first, isUsed: heads[0] === first }
    for (const [index, list] of lists.entries()) {
      while (heads[index] === first) heads[index] = list.next().value
    }
  }
}
