/** The linter's rule, as lint/walls.grit must have it. */
export function wallsRule(): string
/** The table of CONTRIBUTING. */
export function wallsTable(): string
