/** Returns the message about an option that does not exist; it suggests the most similar name. */
export function unknownOptionMessage(name: string, validNames: readonly string[]): string {
  const nearest = nearestName(name, validNames)
  const suggestion = nearest === undefined ? '' : ` (did you mean ${nearest}?)`
  return `unknown option ${name}${suggestion}; valid options: ${validNames.join(', ')}.`
}

/** Returns the valid name with the fewest edits, or undefined when every name needs more than a third of its letters. */
function nearestName(name: string, validNames: readonly string[]): string | undefined {
  const candidates = validNames.map((valid) => ({
    valid,
    edits: editDistance(name.toLowerCase(), valid.toLowerCase()),
  }))
  const [best] = candidates.sort((a, b) => a.edits - b.edits)
  return best && best.edits <= Math.max(1, Math.floor(name.length / 3)) ? best.valid : undefined
}

/** The Levenshtein distance: the number of letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = (row[column] ?? 0) + (letter === to[column] ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
