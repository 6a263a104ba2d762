/** The figures of a run as a table for docs/performance.md. */
export function benchTable(results: object): string
