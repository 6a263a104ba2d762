export const rounds = 3

/**
 * Both sides of a comparison, round by round in turn: the round whose ratio is the median, and the spread of the ratios, from
 * the lowest to the highest, as a part of the median.
 */
export async function compare(ours, theirs, ratio) {
  const measured = []
  for (let round = 0; round < rounds; round++) {
    const [one, other] = [await ours(), await theirs()]
    measured.push({ ours: one, bare: other, ratio: ratio(one, other) })
  }
  const sorted = measured.sort((a, b) => a.ratio - b.ratio)
  const middle = sorted[Math.floor(rounds / 2)]
  return { ...middle, spread: (sorted.at(-1).ratio - sorted[0].ratio) / middle.ratio }
}
