/** Counts turns of the event loop. Returns the function that says how many there were, and ends the count. */
export function countTurns(): () => number {
  let turns = 0
  let next = setImmediate(function count() {
    turns++
    next = setImmediate(count)
  })
  return () => {
    clearImmediate(next)
    return turns
  }
}
