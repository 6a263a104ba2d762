/** The same structure, in the same order, with the name of each value's type in its place. */
export function types(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, member]) => [name, types(member)])
}
