/** The figures of a run as a table for a README. */
export function benchTable(results: object, language: 'en' | 'zh'): string
