/** In characters. Comparing longer names would take long. */
const maxLength = 64

/** Returns the valid name with the fewest edits, or undefined when every name needs more than a third of its letters. */
export function nearestName(name: string, validNames: readonly string[]): string | undefined {
  if (name.length > maxLength) return undefined
  const maxEdits = Math.max(1, Math.floor(name.length / 3))
  const ranked = validNames
    .filter((valid) => Math.abs(valid.length - name.length) <= maxEdits)
    .map((valid) => ({ valid, edits: editDistance(name.toLowerCase(), valid.toLowerCase()) }))
    .filter(({ edits }) => edits <= maxEdits)
  return ranked.sort((one, other) => one.edits - other.edits)[0]?.valid
}

/** Returns ` (did you mean X?)` with the most similar name, or an empty text when no name is similar. */
export function suggestion(name: string, validNames: readonly string[], prefix = ''): string {
  const nearest = nearestName(name, validNames)
  return nearest === undefined ? '' : ` (did you mean ${prefix}${nearest}?)`
}

/** The number of letters to insert, delete, replace or swap with the next one. */
function editDistance(from: string, to: string): number {
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = (row[column] ?? 0) + (letter === to[column] ? 0 : 1)
      const isSwapped = index > 0 && column > 0 && letter === to[column - 1] && from[index - 1] === to[column]
      const swapped = isSwapped ? (before[column - 1] ?? 0) + 1 : replaced
      next.push(Math.min(replaced, swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row.at(-1) ?? 0
}
