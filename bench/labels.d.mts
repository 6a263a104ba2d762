/** The figures of a run as a table for docs/performance.md. */
export function benchTable(results: object): string
/** Three figures of a run, for the READMEs. */
export function benchSummary(results: object, language: 'en' | 'zh'): string
