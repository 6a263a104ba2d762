/** Replaces each value by the name of its type, and keeps structure and order. */
export function types(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, member]) => [name, types(member)])
}
